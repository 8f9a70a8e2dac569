using Fairlead.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Properties.Control;

/// <summary>
/// What the world does next, <paramref name="AfterMilliseconds"/> later. Numbers choose among what is possible then (the probes that run, the backends there are), so that
/// most moves mean something and any part of a list of moves is a list of moves.
/// </summary>
public sealed record Move(MoveKind Kind, int AfterMilliseconds, int Choice, int Value);

public enum MoveKind
{
    Tick,
    TickAtDeadline,
    Load,
    Pass,
    Fail,
    CancelledByShell,
    AnswerNeverAsked,
    Resolve,
    DoNotResolve,
    Enable,
    Drain,
    Disable,
    Tally,
    Streak,
    BreakerOpens,
}

public static class Moves
{
    /// <summary>Plans that reloads choose from; few, so that the same one comes again.</summary>
    public const int PlansMax = 60;

    public static Arbitrary<Move> Arbitrary() => (
        from kind in Gen.Frequency(
            (2, Gen.Constant(MoveKind.Tick)), (8, Gen.Constant(MoveKind.TickAtDeadline)), (3, Gen.Constant(MoveKind.Load)),
            (6, Gen.Constant(MoveKind.Pass)), (8, Gen.Constant(MoveKind.Fail)), (1, Gen.Constant(MoveKind.CancelledByShell)),
            (1, Gen.Constant(MoveKind.AnswerNeverAsked)), (3, Gen.Constant(MoveKind.Resolve)), (2, Gen.Constant(MoveKind.DoNotResolve)),
            (1, Gen.Constant(MoveKind.Enable)), (1, Gen.Constant(MoveKind.Drain)), (1, Gen.Constant(MoveKind.Disable)),
            (3, Gen.Constant(MoveKind.Tally)), (3, Gen.Constant(MoveKind.Streak)), (1, Gen.Constant(MoveKind.BreakerOpens)))
        from after in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(1, 400)), (1, Gen.Choose(400, 6000)))
        from choice in Gen.Choose(0, 1000)
        from value in Gen.Choose(0, PlansMax - 1)
        select new Move(kind, after, choice, value)).ToArbitrary();

    public static Arbitrary<Plan> ArbitraryPlan() => Gen.Choose(0, PlansMax - 1).Select(static number => new Plan(number)).ToArbitrary();

    public static Arbitrary<Instant> ArbitraryInstant() => Gen.OneOf(
        Gen.Elements(new Instant(long.MinValue), new Instant(long.MinValue + 1), Instant.Zero, new Instant(-1), new Instant(long.MaxValue - 1), Instant.Never),
        Gen.Choose(-1000, 100_000).Select(static milliseconds => new Instant(milliseconds * 10_000L))).ToArbitrary();
}
