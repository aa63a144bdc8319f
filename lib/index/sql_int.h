/* index/sql: what its files share. Private to them. Floor 3. */
#ifndef TKT_INDEX_SQL_INT_H
#define TKT_INDEX_SQL_INT_H

/* The type of a bound pointer: a node of a query, in the function tkt_match(value, node) of SQL. */
#define TKT_SQL_NODE "tkt_query"

#endif
