#include <stdio.h>
#include "videodoktor.h"

int main(void) { return printf("videodoktor %s\n", vd_version()) < 0 || vd_abi_version() != 1; }
