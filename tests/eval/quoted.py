"""Figures that are quoted, not measured here: the study on which the search was designed, whose programs are not part
of this project. nDCG@10 over all queries of a set, on its two halves."""

NDCG = {
    'study: FTS5 whole tickets, tuned': {
        'dev': {'yoi': .733, 'backlog': .856, 'beads': .775},
        'held-out': {'yoi': .712, 'backlog': .848, 'beads': .780}},
    'study: FTS5 passages, tuned': {
        'dev': {'yoi': .804, 'backlog': .885, 'beads': .778},
        'held-out': {'yoi': .809, 'backlog': .873, 'beads': .785}},
    'study: hybrid, linear .5/.5': {
        'dev': {'yoi': .833, 'backlog': .877, 'beads': .788},
        'held-out': {'yoi': .843, 'backlog': .874, 'beads': .792}},
    'study: hybrid, RRF .7/.3': {
        'dev': {'yoi': .820, 'backlog': .873, 'beads': .774},
        'held-out': {'yoi': .846, 'backlog': .863, 'beads': .773}},
}
# MRR@10 and Recall@10 are known of the held-out half only.
MORE = {
    'study: FTS5 whole tickets, tuned': {'yoi': (.662, .873), 'backlog': (.834, .888), 'beads': (.746, .886)},
    'study: FTS5 passages, tuned': {'yoi': (.775, .913), 'backlog': (.857, .920), 'beads': (.751, .893)},
    'study: hybrid, linear .5/.5': {'yoi': (.815, .927), 'backlog': (.860, .915), 'beads': (.761, .888)},
    'study: hybrid, RRF .7/.3': {'yoi': (.819, .929), 'backlog': (.848, .911), 'beads': (.738, .881)},
}
RELATED = {  # nDCG@10 of links as the truth, held-out
    'study: nearest vectors': {'yoi': .546, 'backlog': .408, 'beads': .386},
    'study: FTS5, title and first words': {'yoi': .498, 'backlog': .421, 'beads': .432},
    'study: both, RRF .7/.3': {'yoi': .580, 'backlog': .425, 'beads': .419},
}
