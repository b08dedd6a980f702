/* alone.h: a scenario in a process of its own, so that what it leaves in memory, or how little memory it gets along with, is its own. */
#ifndef ALONE_H
#define ALONE_H

#include <sys/types.h>

typedef struct other_process {
    pid_t pid;
    int from, to;
} other_process;

/* Starts this program again to run one scenario: main.c knows it by name. */
other_process start_alone(const char *scenario);
/* Returns when the scenario has come to its next `pause_for_a_look`; 0 if it ended before. */
int wait_for_pause(other_process *other);
/* Lets it go on. */
void let_go_on(other_process *other);
/* Waits for its end; not 0 if no check failed there and it did not crash. */
int ended_well(other_process *other);

/* In the scenario: returns when the process that started it has had its look. */
void pause_for_a_look(void);

/* How often `text` stands in the memory that the process may write to. Tells where, if `tells`. */
int count_in_memory(const other_process *other, const char *text, int tells);
/* Returns when the process has one thread left; 0 if it has more after 10 seconds. */
int is_down_to_one_thread(const other_process *other);

#endif
