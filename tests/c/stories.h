/* stories.h: the modules of the tests, one file each. */
#ifndef STORIES_H
#define STORIES_H

void library_story(void);
void offline_story(void);
void text_story(void);
void vector_story(void);
void client_story(void);
void call_story(void);
void argument_story(void);
void handle_story(void);
void log_story(void);
void log_thread_story(void);
void thread_story(void);
void stack_story(void);
void memory_story(void);
void floating_point_story(void);

/* Scenarios of memory_story, each in a process of its own. */
void leave_nothing_behind(void);
void get_along_with_little_memory(void);

#endif
