using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>A connection without a kernel: what the other side wrote is received piece by piece, what is sent is handed to <see cref="Sent"/>. Completions come on other threads, as from a poller.</summary>
internal sealed class MemoryTransport : Transport
{
    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _incoming = new();
    private TaskCompletionSource<int>? _waiting;
    private Memory<byte> _room;
    private bool _hasEnded;
    private bool _isCut;

    /// <summary>What to do with bytes that were sent.</summary>
    public Action<string> Sent { get; set; } = static _ => { };

    /// <summary>What to do when this side will send nothing more.</summary>
    public Action ShutDown { get; set; } = static () => { };

    /// <summary>What to do when this side is gone.</summary>
    public Action Cut { get; set; } = static () => { };

    public bool IsCut => Volatile.Read(ref _isCut);

    /// <summary>The other side writes.</summary>
    public void Arrive(string text) => Change(() => _incoming.Enqueue(Encoding.Latin1.GetBytes(text)));

    /// <summary>The other side will write nothing more.</summary>
    public void End() => Change(() => _hasEnded = true);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        lock (_gate)
        {
            if (TryReceive(buffer, out var count))
                return new(count);
            _room = buffer;
            _waiting = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_waiting.Task);
        }
    }

    public override ValueTask<int> WaitToReceiveAsync() => ReceiveAsync(Memory<byte>.Empty);   // takes nothing

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (IsCut)
            return new(false);
        Sent(Encoding.Latin1.GetString(bytes.Span));
        return new(true);
    }

    public override ValueTask ShutdownSendAsync()
    {
        ShutDown();
        return default;
    }

    public override void AbortReceive() => End();

    public override void Abort()
    {
        Change(() => _isCut = true);
        Cut();
    }

    public override void Reset() => Abort();

    public override void Dispose() => Abort();

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            if (_waiting is { } waiting && TryReceive(_room, out var count))
            {
                (_waiting, _room) = (null, default);
                waiting.SetResult(count);
            }
        }
    }

    private bool TryReceive(Memory<byte> room, out int count)
    {
        count = _isCut ? Broken : 0;
        if (_isCut || _incoming.Count == 0)
            return _isCut || _hasEnded;
        var piece = _incoming.Peek();
        count = Math.Min(piece.Length, room.Length);
        piece.AsSpan(0, count).CopyTo(room.Span);
        _incoming.Dequeue();
        if (count == piece.Length)
            return true;
        var others = _incoming.ToArray();
        _incoming.Clear();
        _incoming.Enqueue(piece[count..]);
        foreach (var other in others)
            _incoming.Enqueue(other);
        return true;
    }
}
