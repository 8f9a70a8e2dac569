namespace Fairlead.Health;

/// <summary>Up/down verdict with hysteresis. <c>default</c> is down with no streak: the cautious start.</summary>
public readonly record struct RiseFall(bool IsUp, int Streak)
{
    /// <summary>`rise` passes in a row bring a down backend up; `fall` failures in a row take an up one down. 0 counts as 1.</summary>
    public RiseFall Observe(bool passed, int rise, int fall)
    {
        if (passed == IsUp) return this with { Streak = 0 };      // agreement ends the dissenting streak

        var needed = passed ? rise : fall;
        return Streak + 1 < needed
            ? this with { Streak = Streak + 1 }
            : new RiseFall(IsUp: passed, Streak: 0);
    }
}
