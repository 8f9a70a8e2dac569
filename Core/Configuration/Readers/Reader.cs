using LanguageExt;

namespace Fairlead.Configuration.Readers;

/// <summary>Makes a value of a node, or says everything that is wrong with it. Pure; readers are put together of smaller ones.</summary>
internal delegate Validation<ConfigFault, T> Reader<T>(ConfigNode node);

/// <summary>Shorthand for the two outcomes of a reader.</summary>
internal static class Outcome
{
    public static Validation<ConfigFault, T> Good<T>(T value) => Prelude.Success<ConfigFault, T>(value);

    public static Validation<ConfigFault, T> Bad<T>(ConfigNode at, FaultCode code, string message) => Bad<T>(at.At, code, message);

    public static Validation<ConfigFault, T> Bad<T>(ConfigPosition at, FaultCode code, string message) => Prelude.Fail<ConfigFault, T>(new ConfigFault(at, code, message));

    /// <summary>The value when there is no fault, else the faults.</summary>
    public static Validation<ConfigFault, T> Unless<T>(Seq<ConfigFault> faults, T value) =>
        faults.IsEmpty ? Good(value) : Prelude.Fail<ConfigFault, T>(faults);

    /// <summary><paramref name="value"/> with <paramref name="more"/> faults beside its own.</summary>
    public static Validation<ConfigFault, T> With<T>(this Validation<ConfigFault, T> value, Seq<ConfigFault> more) =>
        more.IsEmpty ? value : (value, Prelude.Fail<ConfigFault, Unit>(more)).Apply(static (v, _) => v);

    public static Seq<ConfigFault> Faults<T>(this Validation<ConfigFault, T> read) => read.Match(Succ: static _ => Prelude.Seq<ConfigFault>(), Fail: static faults => faults);
}
