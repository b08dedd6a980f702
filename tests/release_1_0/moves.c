/*
 * The library, but vd_meet_remove moves the call to another start: so a program for 1.0, which knows no vd_meet_move, meets VD_ERR_OLD_REMAINS.
 * Every other function is that of libvideodoktor.so, to which this is linked.
 */
#include <stddef.h>

#include "videodoktor.h"

VD_API vd_status VD_CALL vd_meet_remove(vd_client *client, const char *meet_id, char **out_json)
{
    return vd_meet_move(client, meet_id, NULL, NULL, NULL, NULL, "3.12.2090 10:00", out_json);
}
