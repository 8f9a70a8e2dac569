using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// A point in coarse time (milliseconds of <see cref="CoarseClock"/>) that one session arms and the sweeper watches. Firing is a compare-and-swap against the value that was
/// seen to be over, so a deadline that was moved or cleared in the meantime never fires. <c>default</c> is not armed.
/// </summary>
internal struct Deadline
{
    private const long NotArmed = 0;
    private const long Fired = -1;

    private long _at;

    /// <summary>True once it has fired; stays so until the session ends.</summary>
    public readonly bool HasFired => Volatile.Read(in _at) == Fired;

    /// <summary>Arms or moves it, unless it has fired.</summary>
    public void Arm(long at) => Change(at);

    /// <summary>Disarms it, unless it has fired.</summary>
    public void Clear() => Change(NotArmed);

    /// <summary>Fires if it is armed and over; true for the one caller that made it fire.</summary>
    public bool TryFire(long now)
    {
        var at = Volatile.Read(ref _at);
        return at > NotArmed && at <= now && Interlocked.CompareExchange(ref _at, Fired, at) == at;
    }

    /// <summary>When it is over, as it is armed now.</summary>
    public readonly long At => Volatile.Read(in _at);

    /// <summary>Fires before its time, unless it was moved, cleared or has fired since it was armed for <paramref name="seen"/>.</summary>
    public bool TryFireAt(long seen) => seen > NotArmed && Interlocked.CompareExchange(ref _at, Fired, seen) == seen;

    /// <summary>Moves it, unless it was moved, cleared or has fired since it was armed for <paramref name="seen"/>.</summary>
    public void MoveFrom(long seen, long to)
    {
        if (seen > NotArmed)
            Interlocked.CompareExchange(ref _at, to, seen);
    }

    private void Change(long to)
    {
        var seen = Volatile.Read(ref _at);
        while (seen != Fired && seen != to)
        {
            var before = Interlocked.CompareExchange(ref _at, to, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    /// <summary>Forgets that it fired; only for a deadline whose watched object was replaced (a new backend connection).</summary>
    public void Reset() => Volatile.Write(ref _at, NotArmed);
}
