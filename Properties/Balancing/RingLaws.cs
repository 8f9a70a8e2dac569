using System;
using System.Linq;
using Fairlead.Balancing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

/// <summary>What the rings of all variants obey.</summary>
[Properties(Arbitrary = [typeof(PickCases)], MaxTest = 60)]
public sealed class RingLaws
{
    private static readonly RingVariant[] Variants = Enum.GetValues<RingVariant>();

    [Property]
    public void A_ring_ascends_and_holds_whom_it_should(PickCase given)
    {
        foreach (var ring in Variants.Select(variant => RingOf(variant, given)))
        {
            Assert.All(ring.Zip(ring.Skip(1)), static pair => Assert.True(pair.Item1.Hash < pair.Item2.Hash));
            Assert.Equal(
                Enumerable.Range(0, given.Candidates.Length).Where(i => !given.Candidates[i].Weight.Drains),
                ring.Select(static point => point.Candidate).Distinct().Order());
        }
    }

    [Property]
    public void A_position_is_the_first_point_not_before_the_hash(PickCase given)
    {
        foreach (var variant in Variants)
        {
            var ring = RingOf(variant, given);
            var any = variant == RingVariant.Envoy ? given.Entropy : (uint)given.Entropy;
            foreach (var hash in ring.Take(20).Concat(ring.TakeLast(5)).SelectMany(static point => (ulong[])[point.Hash - 1, point.Hash, point.Hash + 1]).Append(any))
            {
                var model = ring.Select(static (point, i) => (point.Hash, i)).Where(p => p.Hash >= hash).Select(static p => p.i).FirstOrDefault();
                Assert.Equal(model, ring.PositionOf(hash));
            }
        }
    }

    [Property]
    public void An_explanation_names_a_point_of_the_chosen_and_passes_only_the_excluded(PickCase given)
    {
        foreach (var variant in Variants)
        {
            var picker = Ketama.Of(variant, given.Candidates, given.Available);
            var told = picker.Explain(given.Input);
            foreach (var step in told.Steps.OfType<PickStep.RingPointed>())
            {
                Assert.Equal(new RingPoint(step.PointHash, told.Chosen), picker.Ring[step.Position]);
                Assert.Equal(picker.Ring.Count, step.Points);
                if (variant != RingVariant.HAProxy)
                    Assert.All(Enumerable.Range(1, step.Passed), back => Assert.DoesNotContain(picker.Ring[(step.Position - back + step.Points) % step.Points].Candidate, given.Left));
            }
        }
    }

    private static Ring RingOf(RingVariant variant, PickCase given) => Ketama.Of(variant, given.Candidates, given.Available).Ring;
}
