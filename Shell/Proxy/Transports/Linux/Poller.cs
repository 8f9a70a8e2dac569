using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>A socket that a <see cref="Poller"/> watches.</summary>
internal interface IPolled
{
    /// <summary>What the poller knows it by.</summary>
    ulong Key { get; set; }

    /// <summary>The poller's word: these events of epoll(7) have happened. Runs on the poller's thread, and must not block or throw.</summary>
    void Happened(uint events);
}

/// <summary>
/// A thread that waits (epoll, edge-triggered) for its sockets to be ready and goes on with whoever awaits them, on the spot. One a core; a connection stays with the
/// poller it began on. Compared with the runtime's own socket engine this saves the receive that is sure to say "try again" before each wait.
/// </summary>
internal sealed unsafe class Poller
{
    /// <summary>Sockets looked at between two waits (nginx: 512).</summary>
    private const int EventsMax = 512;

    /// <summary>The mask and the key stand side by side, packed on x64 only (epoll_ctl(2), the kernel's EPOLL_PACKED).</summary>
    private static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static readonly Lazy<Poller[]> All = new(StartAll);

    [ThreadStatic]
    private static Poller? _current;

    private static uint _turn;

    private readonly Lock _gate = new();
    private readonly int _poll;
    private IPolled?[] _members = new IPolled?[64];
    private int[] _free = [];
    private int _freeCount;
    private int _used;
    private uint _generation;

    private Poller()
    {
        _poll = Syscalls.CreatePoll(Syscalls.CloseOnExec);
        if (_poll < 0)
            throw new InvalidOperationException("epoll is not available: " + Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>The poller of this thread, else the next in turn.</summary>
    public static Poller Mine => _current ?? Next;

    /// <summary>The next poller in turn, so that connections are shared out evenly.</summary>
    public static Poller Next => All.Value[Interlocked.Increment(ref _turn) % (uint)All.Value.Length];

    /// <summary>Watches a connection from now on; false when the system refuses (out of memory or watches).</summary>
    public bool TryAdd(IPolled member, int socket) => TryAdd(member, socket, Syscalls.In | Syscalls.Priority | Syscalls.Out | Syscalls.ReadHangUp | Syscalls.EdgeTriggered);

    /// <summary>Watches a listener: told again and again while connections wait.</summary>
    public bool TryAddListener(IPolled member, int socket) => TryAdd(member, socket, Syscalls.In);

    /// <summary>Watches it no more, although it stays open.</summary>
    public void Suspend(IPolled member, int socket)
    {
        Syscalls.ControlPoll(_poll, Syscalls.Delete, socket, null);
        Remove(member.Key);
    }

    private bool TryAdd(IPolled member, int socket, uint events)
    {
        ulong key;
        lock (_gate)
        {
            var index = _freeCount > 0 ? _free[--_freeCount] : _used++;
            if (index == _members.Length)
            {
                var larger = new IPolled?[2 * index];
                _members.CopyTo(larger, 0);
                Volatile.Write(ref _members, larger);
            }

            key = (ulong)++_generation << 32 | (uint)index;
            member.Key = key;
            _members[index] = member;
        }

        Span<byte> polled = stackalloc byte[16];
        MemoryMarshal.Write(polled, events);
        MemoryMarshal.Write(polled[KeyOffset..], key);
        fixed (byte* pointer = polled)
        {
            if (Syscalls.ControlPoll(_poll, Syscalls.Add, socket, pointer) == 0)
                return true;
        }

        Remove(key);
        return false;
    }

    /// <summary>Forgets a member, whose socket is about to be closed.</summary>
    public void Remove(ulong key)
    {
        lock (_gate)
        {
            var index = (int)(uint)key;
            if (_members[index]?.Key != key)
                return;
            _members[index] = null;
            if (_freeCount == _free.Length)
                Array.Resize(ref _free, Math.Max(16, 2 * _freeCount));
            _free[_freeCount++] = index;
        }
    }

    private static Poller[] StartAll()
    {
        var all = new Poller[Environment.ProcessorCount];
        for (var i = 0; i < all.Length; i++)
        {
            var poller = all[i] = new Poller();
            new Thread(poller.Run) { IsBackground = true, Name = FormattableString.Invariant($"fairlead poller {i}") }.UnsafeStart();   // the async locals of whoever came first are nobody else's
        }

        return all;
    }

    [DoesNotReturn]
    private void Run()
    {
        _current = this;
        var size = KeyOffset + sizeof(ulong);
        var events = (byte*)NativeMemory.Alloc((nuint)(EventsMax * size));
        while (true)
        {
            var count = Syscalls.Wait(_poll, events, EventsMax, -1);   // -1 when a signal interrupts it: wait again
            for (var i = 0; i < count; i++)
            {
                var at = events + (i * size);
                var key = *(ulong*)(at + KeyOffset);
                var member = Volatile.Read(ref _members)[(int)(uint)key];
                if (member is not null && member.Key == key)          // else it was closed since
                    member.Happened(*(uint*)at);
            }
        }
    }
}
