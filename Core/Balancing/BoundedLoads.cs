using System;
using System.Collections.Immutable;
using System.Linq;

namespace Fairlead.Balancing;

/// <summary>
/// Consistent hashing with bounded loads: who has its share of the requests in flight (<see cref="BoundedSlots"/>) is passed over, and the key goes to the policy's next choice or on in an
/// order of its own. If all that are left are over their bound, the policy's choice stands. Shares are dealt in the canonical order of addresses, so that the order of declaration
/// does not matter. A pick whose first choice is busy sums the requests of all candidates.
/// </summary>
internal sealed class BoundedLoads : SecondChoice
{
    private readonly BoundedLoadSettings _settings;
    private readonly int[] _order;          // all, in canonical order
    private readonly int[] _members;        // the available ones of these
    private readonly long _weight;          // and their sum

    private BoundedLoads(BoundedLoadSettings settings, Picker inner, Picker second, int[] order)
        : base(inner)
    {
        (_settings, Second, _order) = (settings, second, order);
        _members = [.. order.Where(index => Available[index])];
        foreach (var member in _members)
            _weight += Candidates[member].Weight.Value;
    }

    private protected override Picker Second { get; }

    private protected override bool FirstStands => true;

    /// <summary>
    /// Bounds around <paramref name="inner"/>. The order of a key's own is that of weighted rendezvous, which spreads each one's overflow over all others by their weights (Envoy shuffles
    /// without regard to weights); for a rendezvous policy it is the next choice anyway.
    /// </summary>
    public static BoundedLoads Of(BoundedLoadSettings settings, Picker inner)
    {
        var second = settings.Order == BoundedOrder.Seeded && inner is not Rendezvous ? Rendezvous.Of(inner.Candidates, inner.Available) : inner;
        return new BoundedLoads(settings, inner, second, Availability.CanonicalOrder(inner.Candidates));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        var inner = Inner.WithAvailable(available);
        return new BoundedLoads(_settings, inner, ReferenceEquals(Second, Inner) ? inner : Second.WithAvailable(available), _order);
    }

    private protected override bool Accepts(int first, in PickInput input)
    {
        var inFlight = input.InFlightOf(Candidates.ItemRef(first));
        return inFlight == 0 || inFlight < BoundOf(first, input);     // everybody may have one
    }

    private protected override void AddRefused(in PickInput input, Span<ulong> tried)
    {
        var slots = Slots(input);
        foreach (var member in _members)
        {
            if (input.InFlightOf(Candidates.ItemRef(member)) >= slots.Next(Candidates[member].Weight.Value))
                tried[member >> 6] |= 1UL << (member & 63);
        }
    }

    private protected override Exclusion?[] Refusals(in PickInput input)
    {
        var refusals = new Exclusion?[Candidates.Length];
        var slots = Slots(input);
        foreach (var member in _members)
        {
            var (inFlight, bound) = (input.InFlightOf(Candidates[member]), slots.Next(Candidates[member].Weight.Value));
            refusals[member] = inFlight >= bound ? new Exclusion.OverBound(inFlight, (int)bound) : null;
        }

        return refusals;
    }

    private protected override PickStep StepOf(int first, in PickInput input) => new PickStep.Bounded(first, input.InFlightOf(Candidates[first]), (int)BoundOf(first, input));

    private long BoundOf(int candidate, in PickInput input)
    {
        var slots = Slots(input);
        long bound = 0;
        foreach (var member in _members)
        {
            bound = slots.Next(Candidates[member].Weight.Value);
            if (member == candidate)
                break;
        }

        return bound;
    }

    private BoundedSlots Slots(in PickInput input)
    {
        long served = 0;
        foreach (var member in _members)
            served += input.InFlightOf(Candidates.ItemRef(member));
        return new BoundedSlots(served, _settings.Percent, _weight);
    }
}
