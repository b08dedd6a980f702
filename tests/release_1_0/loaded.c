/* The table of 1.0's videodoktor_loader.h, through which each call of a program goes; filled before main from the library that VIDEODOKTOR_LIBRARY names. */
#include <stdlib.h>

videodoktor_api loaded;

/* before any other start-up code, which may take addresses out of it */
__attribute__((constructor(101))) static void load(void)
{
    char why[2048];
    if (!videodoktor_load(&loaded, getenv("VIDEODOKTOR_LIBRARY"), why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        exit(2);
    }
}
