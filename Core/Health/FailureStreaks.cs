using System;

namespace Fairlead.Health;

/// <summary>Runs of failures that have reached their length.</summary>
[Flags]
public enum StreakCauses : byte
{
    /// <summary>None has.</summary>
    None = 0,

    /// <summary><see cref="OutlierSettings.Consecutive5xx"/>.</summary>
    ServerErrors = 1,

    /// <summary><see cref="OutlierSettings.ConsecutiveGatewayErrors"/>.</summary>
    GatewayErrors = 2,

    /// <summary><see cref="OutlierSettings.ConsecutiveLocalErrors"/>.</summary>
    LocalFailures = 4,
}

/// <summary>
/// Failures in a row of one backend, by kind (Envoy's consecutive counters): three counts of 21 bits in eight bytes, so that a shell can swap them atomically. A run that
/// reaches its length is told once and begins anew. <c>default</c> is no failure.
/// </summary>
public readonly record struct FailureStreaks(ulong Bits)
{
    /// <summary>The longest run there is; a longer threshold counts as this.</summary>
    public const int LengthMax = (1 << Width) - 1;

    private const int Width = 21;

    private FailureStreaks(int server, int gateway, int local)
        : this((uint)server | ((ulong)(uint)gateway << Width) | ((ulong)(uint)local << (2 * Width))) { }

    /// <summary>5xx in a row, gateway errors among them.</summary>
    public int ServerErrors => Count(0);

    /// <summary>502, 503 or 504 in a row.</summary>
    public int GatewayErrors => Count(1);

    /// <summary>Failures to get an answer in a row; counted with <see cref="OutlierSettings.SplitLocalErrors"/> only.</summary>
    public int LocalFailures => Count(2);

    /// <summary>
    /// After one more request. Without <see cref="OutlierSettings.SplitLocalErrors"/> a failure to get an answer is what the client gets instead, a 502 or 504; with it, it leaves the
    /// counts of answers alone, and any answer ends it.
    /// </summary>
    public (FailureStreaks Next, StreakCauses Reached) Observe(OutcomeKind kind, OutlierSettings settings) => kind switch
    {
        OutcomeKind.Success => (default, StreakCauses.None),
        OutcomeKind.ServerError => Told(ServerErrors + 1, 0, 0, settings),
        OutcomeKind.GatewayError => Told(ServerErrors + 1, GatewayErrors + 1, 0, settings),
        OutcomeKind.LocalFailure when settings.SplitLocalErrors => Told(ServerErrors, GatewayErrors, LocalFailures + 1, settings),
        OutcomeKind.LocalFailure => Told(ServerErrors + 1, GatewayErrors + 1, 0, settings),
        _ => (this, StreakCauses.None),
    };

    private static (FailureStreaks Next, StreakCauses Reached) Told(int server, int gateway, int local, OutlierSettings settings)
    {
        var reached = (Reaches(server, settings.Consecutive5xx) ? StreakCauses.ServerErrors : StreakCauses.None)
            | (Reaches(gateway, settings.ConsecutiveGatewayErrors) ? StreakCauses.GatewayErrors : StreakCauses.None)
            | (Reaches(local, settings.ConsecutiveLocalErrors) ? StreakCauses.LocalFailures : StreakCauses.None);
        return (
            new FailureStreaks(
                (reached & StreakCauses.ServerErrors) != 0 ? 0 : Math.Min(server, LengthMax),
                (reached & StreakCauses.GatewayErrors) != 0 ? 0 : Math.Min(gateway, LengthMax),
                (reached & StreakCauses.LocalFailures) != 0 ? 0 : Math.Min(local, LengthMax)),
            reached);
    }

    // At least, not exactly: a threshold may have been lowered by a reload.
    private static bool Reaches(int count, int threshold) => threshold > 0 && count >= Math.Min(threshold, LengthMax);

    private int Count(int place) => (int)(Bits >> (place * Width)) & LengthMax;
}
