using LanguageExt;

namespace Fairlead.Http;

/// <summary>Changes to a message's header section, applied in this order: remove, set (replaces every field of that name), add (one more field).</summary>
public sealed record HeaderEdits(Seq<string> Remove, Seq<(string Name, string Value)> Set, Seq<(string Name, string Value)> Add)
{
    /// <summary>Nothing changes.</summary>
    public static HeaderEdits None { get; } = new(default, default, default);

    /// <summary>True when nothing changes.</summary>
    public bool IsEmpty => Remove.IsEmpty && Set.IsEmpty && Add.IsEmpty;
}
