/* Runs a scenario in a process of its own, and looks into its memory. */
#include "alone.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TO_STARTER = 3, FROM_STARTER = 4 };

static void give_up(const char *why)
{
    fprintf(stderr, "alone: %s\n", why);
    exit(2);
}

other_process start_alone(const char *scenario)
{
    other_process other;
    int up[2], down[2];
    if (pipe(up) != 0 || pipe(down) != 0) { give_up("no pipe"); }
    fflush(stdout);
    other.pid = fork();
    if (other.pid < 0) { give_up("no process"); }
    if (other.pid == 0) {
        /* Out of the way of 3 and 4 first. */
        int to = fcntl(up[1], F_DUPFD, 10), from = fcntl(down[0], F_DUPFD, 10);
        dup2(to, TO_STARTER);
        dup2(from, FROM_STARTER);
        close(to);
        close(from);
        execl("/proc/self/exe", "tests", "--alone", scenario, (char *)NULL);
        _exit(127);
    }
    close(up[1]);
    close(down[0]);
    other.from = up[0];
    other.to = down[1];
    return other;
}

int wait_for_pause(other_process *other)
{
    char byte;
    return read(other->from, &byte, 1) == 1;
}

void let_go_on(other_process *other)
{
    if (write(other->to, "", 1) != 1) { give_up("the scenario is gone"); }
}

int ended_well(other_process *other)
{
    int status = -1;
    close(other->from);
    close(other->to);
    if (waitpid(other->pid, &status, 0) != other->pid) { give_up("the scenario cannot be waited for"); }
    if (WIFSIGNALED(status)) { fprintf(stderr, "  the scenario was ended by signal %d\n", WTERMSIG(status)); }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void pause_for_a_look(void)
{
    char byte;
    if (write(TO_STARTER, "", 1) != 1 || read(FROM_STARTER, &byte, 1) != 1) { give_up("nobody looks"); }
}

static FILE *of_process(const other_process *other, const char *name)
{
    char path[64];
    FILE *file;
    sprintf(path, "/proc/%ld/%s", (long)other->pid, name);
    file = fopen(path, "rb");
    if (!file) { give_up("its memory cannot be read"); }
    return file;
}

static void tell(const char *text, const char *region, const char *found, const char *begin, const char *end)
{
    const char *from = found - begin > 32 ? found - 32 : begin, *to = end - found > 64 ? found + 64 : end;
    fprintf(stderr, "  \"%s\" in %s: ", text, region);
    for (; from < to; from++) { fputc(*from >= ' ' && *from <= '~' ? *from : '.', stderr); }
    fputc('\n', stderr);
}

int count_in_memory(const other_process *other, const char *text, int tells)
{
    char line[512];
    int count = 0;
    FILE *maps = of_process(other, "maps");
    FILE *memory = of_process(other, "mem");
    setbuf(memory, NULL);
    while (fgets(line, sizeof line, maps)) {
        unsigned long start = 0, end = 0;
        char rights[8] = "", *bytes, *found;
        size_t length, got;
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3) { give_up("its memory map is not understood"); }
        if (strncmp(rights, "rw", 2) != 0) { continue; }
        length = end - start;
        bytes = (char *)malloc(length);
        if (!bytes || fseek(memory, (long)start, SEEK_SET) != 0) { give_up("its memory cannot be read"); }
        got = fread(bytes, 1, length, memory);
        if (got != length) { give_up("its memory cannot be read to the end"); }
        for (found = bytes; (found = (char *)memmem(found, (size_t)(bytes + got - found), text, strlen(text))) != NULL; found++) {
            if (tells && count < 3) { tell(text, line, found, bytes, bytes + got); }
            count++;
        }
        free(bytes);
    }
    fclose(memory);
    fclose(maps);
    return count;
}

static int count_threads(const other_process *other)
{
    char path[64];
    int count = 0;
    DIR *tasks;
    struct dirent *task;
    sprintf(path, "/proc/%ld/task", (long)other->pid);
    tasks = opendir(path);
    if (!tasks) { give_up("its threads cannot be counted"); }
    while ((task = readdir(tasks)) != NULL) { count += task->d_name[0] != '.'; }
    closedir(tasks);
    return count;
}

int is_down_to_one_thread(const other_process *other)
{
    const struct timespec moment = {0, 10000000};
    int tries;
    for (tries = 0; tries < 1000 && count_threads(other) > 1; tries++) { nanosleep(&moment, NULL); }
    return count_threads(other) == 1;
}
