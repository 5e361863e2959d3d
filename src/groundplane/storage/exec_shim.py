"""Become what PostgreSQL accepts, then exec it.

Run as a file (`python -I -S exec_shim.py …`), never imported by the product's own process:
`unshare` wants a process with one thread, and a death signal must be set after the last change of
credentials, because the kernel clears it at each.

Arguments: parent pid, death signal, way, uid, gid, folder, command…
way: `plain`, `namespace` (a user namespace in which we, uid and gid, are who we were outside) or
`user` (setuid to uid and gid).
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000  # linux/sched.h
PR_SET_PDEATHSIG = 1  # linux/prctl.h

NO_NAMESPACE = 97  # exit codes that process.py knows
NO_FOLDER = 96
NO_PARENT = 95


def fail(code: int, error: OSError) -> None:
    os.write(2, f"{error}\n".encode(errors="backslashreplace"))
    os._exit(code)


def write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    os.write(fd, text.encode())
    os.close(fd)


def enter_namespace(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"unshare: {os.strerror(code)}")
    write("/proc/self/setgroups", "deny")  # user_namespaces(7): before a gid_map of one's own
    write("/proc/self/gid_map", f"{gid} {outer_gid} 1")
    write("/proc/self/uid_map", f"{uid} {outer_uid} 1")


def main(arguments: list[str]) -> None:
    parent, death_signal, way, uid, gid, folder, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        if way == "namespace":
            enter_namespace(libc, int(uid), int(gid))
        elif way == "user":
            os.setgroups([])
            os.setgid(int(gid))
            os.setuid(int(uid))
    except OSError as error:
        fail(NO_NAMESPACE, error)
    try:
        os.chdir(folder)
    except OSError as error:
        fail(NO_FOLDER, error)
    libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the signal was set
        os._exit(NO_PARENT)
    os.execv(command[0], command)  # noqa: S606 - to become it is the point


if __name__ == "__main__":
    main(sys.argv[1:])
