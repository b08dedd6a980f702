#include "fields.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "competitor.h"

const char *const field_names[FIELDS] = {"meet_id", "meet_url", "meet_time", "meet_time_imd", "meet_active",
    "pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen"};

/* A text, or a number as its digits. */
static char *text_of(const cJSON *object, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    char digits[32];
    if (cJSON_IsString(value)) return strdup(value->valuestring);
    if (!cJSON_IsNumber(value)) give_up("a reply lacks", name);
    snprintf(digits, sizeof digits, "%d", value->valueint);
    return strdup(digits);
}

static cJSON *parse(const char *json) {
    cJSON *tree = cJSON_Parse(json);
    if (tree == NULL) give_up("not JSON", json);
    return tree;
}

struct meetings read_meetings(const char *json) {
    cJSON *list = parse(json);
    struct meetings meetings = {0, NULL};
    const cJSON *item;
    if (!cJSON_IsArray(list)) give_up("not a list", json);
    meetings.items = calloc(cJSON_GetArraySize(list) + 1, sizeof *meetings.items);
    cJSON_ArrayForEach(item, list) {
        struct meeting *meeting = &meetings.items[meetings.count++];
        for (int n = 0; n < FIELDS; n++) meeting->fields[n] = text_of(item, field_names[n]);
    }
    cJSON_Delete(list);
    return meetings;
}

void free_meetings(struct meetings *meetings) {
    for (size_t at = 0; at < meetings->count; at++) {
        for (int n = 0; n < FIELDS; n++) free(meetings->items[at].fields[n]);
    }
    free(meetings->items);
}

struct made read_made(const char *json) {
    cJSON *object = parse(json);
    struct made made = {text_of(object, "meet_id"), text_of(object, "meet_url")};
    cJSON_Delete(object);
    return made;
}

void free_made(struct made *made) {
    free(made->id);
    free(made->url);
}

char *read_text(const char *json, const char *name) {
    cJSON *object = parse(json);
    char *text = text_of(object, name);
    cJSON_Delete(object);
    return text;
}
