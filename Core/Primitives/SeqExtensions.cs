using LanguageExt;

namespace Fairlead.Primitives;

/// <summary>What a sequence of LanguageExt lacks for a native build.</summary>
internal static class SeqExtensions
{
    /// <summary>
    /// One after the other, strict. The <c>+</c> of LanguageExt joins them lazily by a type that contains itself without end, which a compiler that looks at the whole program cannot
    /// follow.
    /// </summary>
    public static Seq<T> Then<T>(this Seq<T> first, Seq<T> second)
    {
        var all = first.Strict();
        foreach (var item in second)
            all = all.Add(item);
        return all;
    }
}
