/* tkt.h: the library in one include. The interface has the shape of a ticket backend:
 *
 *   list(filter) -> rows        tkt_op_list        review(ref, review)   tkt_op_comment (role "review")
 *   show(refs) -> tickets       tkt_op_show        set_status(ref, s)    tkt_op_move
 *   create(new) -> ref          tkt_op_create      close(ref, text)      tkt_op_move (TKT_CLOSED)
 *   add_event(ref, event)       tkt_op_comment     doctor() -> report    tkt_op_doctor
 *   commits(ref) -> commits     tkt_op_commits     link(ref, commits)    tkt_op_link
 *
 * on a project from tkt_project_open(). All of it returns 0 or a negative enum tkt_code and fills a
 * struct tkt_error; results are released by the function named beside them. The library never
 * prints, exits, reads the environment or the clock, and has no mutable global state. */
#ifndef TKT_H
#define TKT_H

#include "ops/comment.h"
#include "ops/create.h"
#include "ops/doctor.h"
#include "ops/edit.h"
#include "ops/init.h"
#include "ops/links.h"
#include "ops/list.h"
#include "ops/move.h"
#include "ops/project.h"

#endif
