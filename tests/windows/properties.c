/* What Explorer shows of the file, and which Windows this is. */
#include "sandbox_client.h"

typedef LONG(WINAPI *version_function)(OSVERSIONINFOW *);

static void shows(void *block, const char *name, const char *wanted)
{
    char path[128];
    char *text = NULL;
    UINT length = 0;
    sprintf(path, "\\StringFileInfo\\040904B0\\%s", name);
    check(VerQueryValueA(block, path, (void **)&text, &length) && !strcmp(text, wanted), "%s is %s", name, text ? text : "not there");
}

int main(void)
{
    static char block[8192];
    VS_FIXEDFILEINFO *fixed = NULL;
    UINT length;
    OSVERSIONINFOW windows;
    version_function version;
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    memcpy(&version, &found, sizeof version);
    memset(&windows, 0, sizeof windows);
    windows.dwOSVersionInfoSize = sizeof windows;
    version(&windows);
    check((windows.dwMajorVersion == 6 && windows.dwMinorVersion == 1) == !strcmp(setting("VD_WINDOWS"), "win7"), "this Windows is %lu.%lu, as %s",
        windows.dwMajorVersion, windows.dwMinorVersion, setting("VD_WINDOWS"));

    check(GetFileVersionInfoA("videodoktor.dll", 0, sizeof block, block), "the DLL has a version resource");
    shows(block, "ProductName", "VideoDoktor");
    shows(block, "FileDescription", "VideoDoktor.cz for practice software");
    load();
    shows(block, "FileVersion", vd.vd_version());
    shows(block, "ProductVersion", vd.vd_version());
    shows(block, "OriginalFilename", "videodoktor.dll");
    check(VerQueryValueA(block, "\\", (void **)&fixed, &length) && fixed->dwFileVersionMS == MAKELONG(VD_VERSION_MINOR, VD_VERSION_MAJOR),
        "the number of the version is %d.%d", VD_VERSION_MAJOR, VD_VERSION_MINOR);
    return finish();
}
