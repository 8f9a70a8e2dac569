using System.Runtime.InteropServices;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>The system calls of the data path, each once a receive, a send or a wait; see their manual pages, section 2.</summary>
internal static unsafe partial class Syscalls
{
    public const int WouldBlock = 11;               // EAGAIN
    public const int Interrupted = 4;               // EINTR
    public const int InProgress = 115;              // EINPROGRESS

    public const int NoMemory = 12;                 // ENOMEM
    public const int TooManyFilesInSystem = 23;     // ENFILE
    public const int TooManyFiles = 24;             // EMFILE
    public const int NoBuffers = 105;               // ENOBUFS

    public const int ShutReceive = 0;               // SHUT_RD
    public const int ShutSend = 1;                  // SHUT_WR
    public const int ShutBoth = 2;                  // SHUT_RDWR

    public const uint In = 0x001;                   // EPOLLIN
    public const uint Priority = 0x002;             // EPOLLPRI
    public const uint Out = 0x004;                  // EPOLLOUT
    public const uint Error = 0x008;                // EPOLLERR
    public const uint HangUp = 0x010;               // EPOLLHUP
    public const uint ReadHangUp = 0x2000;          // EPOLLRDHUP
    public const uint EdgeTriggered = 1u << 31;     // EPOLLET

    public const int CloseOnExec = 0x80000;         // EPOLL_CLOEXEC
    public const int Add = 1;                       // EPOLL_CTL_ADD
    public const int Delete = 2;                    // EPOLL_CTL_DEL

    private const int LocalFamily = 1;              // AF_UNIX
    private const int Stream = 0x80801;             // SOCK_STREAM, SOCK_NONBLOCK and SOCK_CLOEXEC
    private const int NonBlocking = 0x80800;        // SOCK_NONBLOCK and SOCK_CLOEXEC
    private const int SetDescriptorFlags = 2;       // F_SETFD
    private const int CloseOnExecFlag = 1;          // FD_CLOEXEC
    private const int SocketLevel = 1;              // SOL_SOCKET
    private const int ErrorOption = 4;              // SO_ERROR
    private const int TcpLevel = 6;                 // IPPROTO_TCP
    private const int NoDelayOption = 1;            // TCP_NODELAY
    private const int NoSignal = 0x4000;            // MSG_NOSIGNAL

    private static readonly nint SendTo = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 44 : 206;        // SYS_sendto, of x64 and of arm64 (asm-generic)
    private static readonly nint ReceiveFrom = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 45 : 207;   // SYS_recvfrom

    /// <summary>recv(2): the bytes received, 0 at the end, or the negative error number.</summary>
    public static nint Receive(int socket, byte* buffer, nuint length)
    {
        var count = Call(ReceiveFrom, socket, buffer, length, 0, 0, 0);
        return count >= 0 ? count : -Marshal.GetLastSystemError();
    }

    /// <summary>send(2), which to a peer that is gone is an error, not a SIGPIPE: the bytes sent, or the negative error number.</summary>
    public static nint Send(int socket, byte* buffer, nuint length)
    {
        var count = Call(SendTo, socket, buffer, length, NoSignal, 0, 0);
        return count >= 0 ? count : -Marshal.GetLastSystemError();
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, uint length);

    /// <summary>Writes the address of our end: 0, or -1. <paramref name="length"/> is the room at <paramref name="address"/>, then what was written.</summary>
    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int OwnAddress(int socket, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int side);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlPoll(int poll, int operation, int socket, void* polled);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int poll, void* events, int eventsMax, int milliseconds);

    /// <summary>A stream socket that does not block: its number, or -1.</summary>
    public static int CreateSocket(int family) => Socket(family, Stream, 0);

    /// <summary>A connection that does not block: its number, or -1. <paramref name="length"/> is the room at <paramref name="address"/>, then what was written.</summary>
    public static int Accept(int listener, byte* address, uint* length) => Accept(listener, address, length, NonBlocking);

    /// <summary>Another number for the same open file, which programs started from here get too: it, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int descriptor);

    /// <summary>
    /// Makes the number that of a socket of its own, so that what the runtime does to a handle at its end is not done to a socket that others have, too: with SO_LINGER at 0 a listening
    /// socket hands on to each connection that it ends with a reset.
    /// </summary>
    public static void Forsake(int socket)
    {
        var own = CreateSocket(LocalFamily);
        if (own < 0)
            return;                                                  // no descriptor is free: the lesser evil
        Replace(own, socket, CloseOnExec);
        Close(own);
    }

    /// <summary>Keeps an open file from programs started from here; false when there is none of that number.</summary>
    public static bool TryCloseOnExec(int descriptor) => Control(descriptor, SetDescriptorFlags, CloseOnExecFlag) == 0;

    /// <summary>Small writes leave at once: a proxy sends whole messages. Of a TCP socket.</summary>
    public static void SetNoDelay(int socket)
    {
        var on = 1;
        SetOption(socket, TcpLevel, NoDelayOption, &on, sizeof(int));
    }

    /// <summary>Ends the association of a TCP socket, which its peer sees as a reset (connect(2) to AF_UNSPEC): 0, or -1.</summary>
    public static int Dissolve(int socket)
    {
        var unspecified = stackalloc byte[16];
        new System.Span<byte>(unspecified, 16).Clear();
        return Connect(socket, unspecified, 16);
    }

    /// <summary>How an asynchronous connect ended: 0 or an error number.</summary>
    public static int PendingError(int socket)
    {
        var error = 0;
        var length = (uint)sizeof(int);
        return GetOption(socket, SocketLevel, ErrorOption, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>
    /// syscall(2), for send and receive, of which each request makes four: the C library's own are cancellation points, which costs, and these never block, so the garbage collector need not
    /// be told where the thread is.
    /// </summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint Call(nint number, nint socket, byte* buffer, nuint length, nint flags, nint address, nint addressLength);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int operation, int value);

    [LibraryImport("libc", EntryPoint = "dup3", SetLastError = true)]
    private static partial int Replace(int descriptor, int replaced, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int listener, byte* address, uint* length, int flags);
}
