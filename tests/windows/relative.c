/* The loader header takes a relative path as one of the current folder: what lies beside the program or on PATH does not answer for it. */
#include "check.h"
#include "videodoktor_loader.h"

int main(void)
{
    static videodoktor_api api;
    char why[1024];
    CreateDirectoryW(L"elsewhere", NULL);
    check(CopyFileW(L"videodoktor.dll", L"elsewhere\\copy.dll", FALSE), "a copy of the library lies in another folder");
    check(SetCurrentDirectoryW(L"elsewhere"), "which becomes the current one");
    check(!videodoktor_load(&api, L"videodoktor.dll", why, sizeof why), "what lies beside the program does not answer for a relative path");
    check(strstr(why, "elsewhere\\videodoktor.dll: not there") != NULL, "and the whole path is told: %s", why);
    check(videodoktor_load(&api, L"copy.dll", why, sizeof why), "what lies in the current folder does: %s", why);
    check(api.vd_abi_version && api.vd_abi_version() == 1, "and its functions answer");
    return finish();
}
