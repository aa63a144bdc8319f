/* ops/doctor_sparse: what git was told to leave out of the work tree is not missing. Floor 5. */
#ifndef TKT_OPS_DOCTOR_SPARSE_H
#define TKT_OPS_DOCTOR_SPARSE_H

#include "ops/doctor.h"

/* Of findings that something is not there, takes out those of what git's index has and git-sparse-checkout(1) leaves
 * out; if there were any, one T097 takes their place. What cannot be read leaves them all. */
void tkt_doctor_sparse(struct tkt_project *p, const struct tkt_doctor_req *req, struct tkt_findings *f);

#endif
