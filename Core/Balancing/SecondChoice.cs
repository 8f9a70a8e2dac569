using System;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// A picker around another one: its choice stands unless it is refused; then all who would be refused count as tried and the choice is made once more. So a pick costs two
/// picks and one pass over the candidates at most, however many are refused.
/// </summary>
internal abstract class SecondChoice : Picker
{
    /// <summary>The most candidates whose bit set is kept on the stack, 8 KiB of it; a second choice among more takes an array from the heap.</summary>
    public const int OnStackMax = 65_536;

    private const ulong SecondDraw = 0x9E3779B97F4A7C15;

    private protected SecondChoice(Picker inner)
        : base(inner.Candidates, inner.Available) => Inner = inner;

    /// <summary>Who makes the first choice.</summary>
    private protected Picker Inner { get; }

    /// <summary>Who makes the second.</summary>
    private protected abstract Picker Second { get; }

    /// <summary>Whether the first choice stands when everybody is refused.</summary>
    private protected abstract bool FirstStands { get; }

    /// <inheritdoc/>
    public sealed override int Pick(in PickInput input)
    {
        var first = Inner.Pick(input);
        return first == None || Accepts(first, input) ? first : PickAgain(first, input);
    }

    /// <inheritdoc/>
    public sealed override Explanation Explain(in PickInput input)
    {
        var first = Inner.Pick(input);
        if (first == None || Accepts(first, input))
            return Refused(Inner.Explain(input), input);

        var told = Second.Explain(Again(input, TriedAndRefused(input, new ulong[Words])));
        return told.Chosen != None ? Refused(told with { Steps = [StepOf(first, input), .. told.Steps] }, input)
            : FirstStands ? Inner.Explain(input)
            : Refused(told, input);
    }

    /// <summary>True when the choice of an available candidate stands.</summary>
    private protected abstract bool Accepts(int first, in PickInput input);

    /// <summary>Adds every available candidate that would be refused.</summary>
    private protected abstract void AddRefused(in PickInput input, Span<ulong> tried);

    /// <summary>Why each is refused, null who is not; asked of available candidates only.</summary>
    private protected abstract Exclusion?[] Refusals(in PickInput input);

    /// <summary>What is told when the first choice was refused.</summary>
    private protected abstract PickStep StepOf(int first, in PickInput input);

    private int Words => (Candidates.Length + 63) / 64;

    private int PickAgain(int first, in PickInput input)
    {
        var words = Words;
        Span<ulong> tried = words <= OnStackMax / 64 ? stackalloc ulong[words] : new ulong[words];
        var second = Second.Pick(Again(input, TriedAndRefused(input, tried)));
        return second == None && FirstStands ? first : second;
    }

    private Span<ulong> TriedAndRefused(in PickInput input, Span<ulong> tried)
    {
        input.Tried[..Math.Min(tried.Length, input.Tried.Length)].CopyTo(tried);
        AddRefused(input, tried);
        return tried;
    }

    // A fresh draw: with the first one a random policy would lead every refused request to the same neighbour.
    private static PickInput Again(in PickInput input, ReadOnlySpan<ulong> tried) => new()
    {
        Ticket = input.Ticket,
        Entropy = Entropy.Mix(input.Entropy + SecondDraw),
        Key = input.Key,
        Tried = tried,
        InFlight = input.InFlight,
        Latencies = input.Latencies,
        Now = input.Now,
    };

    private Explanation Refused(Explanation told, in PickInput input)
    {
        var refusals = Refusals(input);
        var excluded = told.Excluded.ToBuilder();
        for (var i = 0; i < excluded.Count; i++)
        {
            if (Available[i] && !input.IsTried(i) && refusals[i] is { } refusal)
                excluded[i] = refusal;
        }

        return told with { Excluded = excluded.MoveToImmutable() };
    }
}
