namespace Fairlead.Balancing;

/// <summary>Which policy, with its parameters, already validated.</summary>
public abstract record PolicySettings
{
    private PolicySettings() { }

    /// <summary>Smooth weighted round robin (nginx's sequence). The default.</summary>
    public sealed record RoundRobin : PolicySettings;

    /// <summary>Weighted random.</summary>
    public sealed record Random : PolicySettings;

    /// <summary>Hash of the client's network: IPv4 addresses cut to <paramref name="Ipv4PrefixBits"/> (0–32), IPv6 to <paramref name="Ipv6PrefixBits"/> (0–128).</summary>
    public sealed record SourceIpHash(int Ipv4PrefixBits = 32, int Ipv6PrefixBits = 64) : PolicySettings;

    /// <summary>Consistent hashing on nginx's ring.</summary>
    public sealed record Ketama(KeySource Key) : PolicySettings;
}
