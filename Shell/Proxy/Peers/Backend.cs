using System.Collections.Immutable;
using Fairlead.Upstreams;

namespace Fairlead.Proxy;

/// <summary>A member of a <see cref="LoadBalancer"/>: what a selection gives.</summary>
public sealed record Backend(BackendAddress Address, Weight Weight)
{
    /// <summary>The addresses it has at present: one, or those of its name; empty while the name is unresolved.</summary>
    internal ImmutableArray<BackendAddress> DialTargets { get; init; } = [];

    /// <summary>Where requests to it are counted; null outside of a load balancer.</summary>
    internal BackendCounts? Counts { get; init; }

    /// <summary>Address and weight decide; which IP addresses a name has at the moment does not.</summary>
    public bool Equals(Backend? other) => other is not null && Address.Equals(other.Address) && Weight.Equals(other.Weight);

    /// <inheritdoc/>
    public override int GetHashCode() => System.HashCode.Combine(Address, Weight);

    /// <inheritdoc/>
    public override string ToString() => Address.ToString()!;
}
