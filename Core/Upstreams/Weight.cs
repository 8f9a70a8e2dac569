using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Upstreams;

/// <summary>A backend's share, 0 to 65,535. 0 drains: no new work. <c>default</c> is 0.</summary>
public readonly record struct Weight
{
    /// <summary>The largest weight (nginx and Pingora have the same bound).</summary>
    public const int Max = 65_535;

    private Weight(int value) => Value = value;

    /// <summary>The number.</summary>
    public int Value { get; }

    /// <summary>Weight 1, the one used when nothing is said.</summary>
    public static Weight One => new(1);

    /// <summary>True for weight 0.</summary>
    public bool Drains => Value == 0;

    /// <summary>The weight of that number, or none outside 0 … <see cref="Max"/>.</summary>
    public static Option<Weight> From(int value) => value is >= 0 and <= Max ? Some(new Weight(value)) : None;
}
