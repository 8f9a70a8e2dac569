using System.Collections.Immutable;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Routing;
using Fairlead.Upstreams;

namespace Fairlead.Control;

/// <summary>The immutable view that requests read: one reference, read once per request. <paramref name="Generation"/> grows by one with each publication.</summary>
public sealed record RoutingSnapshot(ImmutableArray<UpstreamSnapshot> Upstreams, RouteTable Routes, long Generation)
{
    /// <summary>True while an upstream has no usable backend, but one that a check or an answer about its name may bring up.</summary>
    public bool IsSettling
    {
        get
        {
            foreach (var upstream in Upstreams)
            {
                if (upstream.IsSettling)
                    return true;
            }

            return false;
        }
    }
}

/// <summary>An upstream at one moment: index i of <paramref name="Backends"/> is candidate i of <paramref name="Selector"/>, there with the weight it has in a slow start.</summary>
public sealed record UpstreamSnapshot(UpstreamSettings Settings, ImmutableArray<BackendSnapshot> Backends, Selector Selector)
{
    /// <summary>The pick for new work.</summary>
    public Picker Picker => Selector.Picker;

    internal bool IsSettling
    {
        get
        {
            var waits = false;
            foreach (var backend in Backends)
            {
                if (backend.Verdict.IsUsable)
                    return false;
                waits |= backend.Verdict is Verdict.Down;
            }

            return waits;
        }
    }
}

/// <summary>A backend at one moment; <paramref name="Weight"/> is the one of the settings. <paramref name="DialTargets"/> are the addresses to connect to, in order of preference (IP addresses or a Unix path, never names); empty while unresolved.</summary>
public sealed record BackendSnapshot(Slot Slot, BackendAddress Address, Weight Weight, Verdict Verdict, ImmutableArray<BackendAddress> DialTargets)
{
    /// <summary>What balancing makes of it: the verdict's, but weight 0 drains.</summary>
    public Standing Standing => Weight.Drains && Verdict.Standing == Standing.Ready ? Standing.Draining : Verdict.Standing;
}
