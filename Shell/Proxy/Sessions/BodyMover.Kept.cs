using System;
using System.Buffers;
using Fairlead.Http1;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Sessions;

/// <content>What is kept of a body, so that it can be sent again.</content>
internal sealed partial class BodyMover
{
    /// <summary>Keeps what is read of the body from now on for <see cref="ReplayAsync"/>, unless it is longer than <paramref name="bytesMax"/>. Before anything of it was read.</summary>
    public void Keep(int bytesMax) => _keptMax = State.Kind == BodyKind.Length && State.Remaining > bytesMax ? 0 : bytesMax;

    /// <summary>Gives back what was kept.</summary>
    public void ForgetKept()
    {
        (_keptLength, _keptMax) = (0, 0);
        ReleaseKept();
    }

    /// <summary>Appends what was kept to <see cref="Out"/>, sending when that is full, as if it had just been read; the rest of the body comes after it.</summary>
    public Step<bool> ReplayAsync(Transport sink, IBodyTimers timers) =>
        _keptLength > 0 ? ReplayKeptAsync(sink, timers)
        : IsComplete ? EndAsync(sink, timers)
        : new Step<bool>(true);

    private async Step<bool> ReplayKeptAsync(Transport sink, IBodyTimers timers)
    {
        var isTaken = TryBuffer(_kept.AsSpan(0, _keptLength)) || await SendLargeAsync(_kept.AsMemory(0, _keptLength), sink, timers);
        return isTaken && (!IsComplete || await EndAsync(sink, timers));
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        var length = _keptLength + data.Length;
        if (length > _keptMax)
        {
            _keptMax = 0;                                            // what is kept no longer equals what was read, and never will again
            ReleaseKept();
            return;
        }

        if (length > _kept.Length)
        {
            var known = State.Kind == BodyKind.Length ? length + State.Remaining : Math.Max(KeptBytesFirst, 2L * length);
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_keptMax, known));
            _kept.AsSpan(0, _keptLength).CopyTo(larger);
            ReleaseKept();
            _kept = larger;
        }

        data.CopyTo(_kept.AsSpan(_keptLength));
        _keptLength = length;
    }

    private void ReleaseKept()
    {
        if (_kept.Length > 0)
            ArrayPool<byte>.Shared.Return(_kept);
        _kept = [];
    }
}
