using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// The least expected latency: peak EWMA · (requests in flight + 1) / weight (Finagle, tower). Averages are rounded down to steps of at most an eighth (nginx: of 20 ms), so
/// near-equal candidates tie and the ticket decides, see <see cref="LeastCost"/>; below <see cref="MicrosecondsMin"/> all are equal. One never measured costs nothing until
/// it has a request in flight, then more than any other: it gets one probe, not a flood. Averages decay, so nobody is left out for ever.
/// </summary>
public sealed class PeakEwma : Picker
{
    /// <summary>About a millisecond, nginx's unit: averages below it say more about the machine we run on than about the backend.</summary>
    public const int MicrosecondsMin = 1_024;

    // More than any TimeSpan has; a power of two, so that products stay exact.
    private const double NeverMeasured = 1L << 60;

    private const int MantissaBitsDropped = 49;                       // of 52: four significant bits stay, with the leading one

    private readonly record struct Latency(TimeSpan Decay) : ICost
    {
        public double Of(in Candidate candidate, in PickInput input)
        {
            var latency = input.LatencyOf(candidate);
            var inFlight = input.InFlightOf(candidate);
            if (!latency.HasHistory)
                return inFlight == 0 ? 0 : NeverMeasured * (inFlight + 1L);

            var average = Math.Max(MicrosecondsMin, latency.MicrosecondsAt(input.Now, Decay));
            return StepOf(average) * (inFlight + 1L);
        }

        private static double StepOf(double average) =>
            BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(average) >> MantissaBitsDropped << MantissaBitsDropped);
    }

    private readonly SmoothWeightedRoundRobin _turns;
    private readonly Latency _latency;

    private PeakEwma(TimeSpan decay, SmoothWeightedRoundRobin turns)
        : base(turns.Candidates, turns.Available) => (_latency, _turns) = (new Latency(decay), turns);

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/> and, for <paramref name="decay"/>, <see cref="PeakLatency.Observe"/>.</summary>
    public static PeakEwma Of(TimeSpan decay, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) =>
        new(decay, SmoothWeightedRoundRobin.Of(candidates, available));

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => LeastCost.Among(_turns, input, _latency).Chosen;

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var least = LeastCost.Among(_turns, input, _latency);
        return least.Chosen == None
            ? Explanation.Of(this, input, None)
            : Explanation.Of(this, input, least.Chosen, new PickStep.LowestCost(least.Cost / least.Weight, input.LatencyOf(Candidates[least.Chosen]).HasHistory, least.Tied, input.Ticket));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(_latency.Decay, Candidates, available);
}
