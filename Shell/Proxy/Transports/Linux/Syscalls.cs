using System.Runtime.InteropServices;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>The system calls of the data path, each once a receive, a send or a wait; see their manual pages, section 2.</summary>
internal static unsafe partial class Syscalls
{
    public const int WouldBlock = 11;               // EAGAIN
    public const int Interrupted = 4;               // EINTR
    public const int InProgress = 115;              // EINPROGRESS

    public const int NoSignal = 0x4000;             // MSG_NOSIGNAL: a peer that is gone is an answer, not a SIGPIPE

    public const uint In = 0x001;                   // EPOLLIN
    public const uint Out = 0x004;                  // EPOLLOUT
    public const uint Error = 0x008;                // EPOLLERR
    public const uint HangUp = 0x010;               // EPOLLHUP
    public const uint ReadHangUp = 0x2000;          // EPOLLRDHUP
    public const uint EdgeTriggered = 1u << 31;     // EPOLLET

    public const int CloseOnExec = 0x80000;         // EPOLL_CLOEXEC
    public const int Add = 1;                       // EPOLL_CTL_ADD
    public const int Delete = 2;                    // EPOLL_CTL_DEL

    private const int SocketLevel = 1;              // SOL_SOCKET
    private const int ErrorOption = 4;              // SO_ERROR

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlPoll(int poll, int operation, int socket, void* polled);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int poll, void* events, int eventsMax, int milliseconds);

    /// <summary>How an asynchronous connect ended: 0 or an error number.</summary>
    public static int PendingError(int socket)
    {
        var error = 0;
        var length = (uint)sizeof(int);
        return GetOption(socket, SocketLevel, ErrorOption, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int socket, int level, int option, void* value, uint* length);
}
