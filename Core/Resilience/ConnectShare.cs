using System;

namespace Fairlead.Resilience;

/// <summary>How long one of several addresses of a name may take to connect: its share of the time left, so that one that swallows packets does not use up the time of all.</summary>
public static class ConnectShare
{
    /// <summary>An address gets at least this while there is as much: a lost SYN is sent again only after a second, but a way around the world takes 200 ms.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(250);

    /// <summary>The time for the next of <paramref name="addresses"/> addresses; all of it for the last.</summary>
    public static TimeSpan Of(TimeSpan left, int addresses)
    {
        if (left <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var share = left / Math.Max(1, addresses);
        return share >= Least ? share : left < Least ? left : Least;
    }
}
