/* Linked through an import library, MinGW's or the one in MSVC's format: the program starts, so every name was found. */
#include "check.h"
#include "videodoktor.h"

int main(void)
{
    char *json = NULL;
    int32_t year = 0;
    check(vd_abi_version() == 1, "the DLL is bound at the program's start");
    check(vd_birth_year("805305/0016", &year) == VD_OK && year == 1980, "and its functions answer");
    check(vd_check_invitation("Jana", "", "", "", "", &json) == VD_X010_NAME && json, "with text");
    check(vd_string_free(json) == VD_OK && vd_string_free(json) == VD_ERR_INVALID_HANDLE, "that is freed once");
    return finish();
}
