using System;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Balancing;

/// <summary>Which policy, with its parameters, already validated.</summary>
public abstract record PolicySettings
{
    private PolicySettings() { }

    /// <summary>Where the key of a hash policy comes from; none for the others and for hashes of the client's network.</summary>
    public Option<KeySource> KeyFrom => this switch
    {
        Hash hash => Some(hash.Key),
        Ketama ketama => Some(ketama.Key),
        Rendezvous rendezvous => Some(rendezvous.Key),
        Maglev maglev => Some(maglev.Key),
        JumpHash jump => Some(jump.Key),
        _ => None,
    };

    /// <summary>True when the key of a request decides, so that bounded loads make sense.</summary>
    public bool IsHash => this is SourceIpHash or NginxIpHash or Hash or Ketama or Rendezvous or Maglev or JumpHash;

    /// <summary>Smooth weighted round robin (nginx's sequence). The default.</summary>
    public sealed record RoundRobin : PolicySettings;

    /// <summary>Weighted random.</summary>
    public sealed record Random : PolicySettings;

    /// <summary>Two different candidates drawn; the one with fewer requests in flight by weight.</summary>
    public sealed record PowerOfTwoChoices : PolicySettings;

    /// <summary>The fewest requests in flight by weight of all.</summary>
    public sealed record LeastRequests : PolicySettings;

    /// <summary>The least expected latency: peak EWMA of response times, by requests in flight and weight. <paramref name="Decay"/> is the average's time constant.</summary>
    public sealed record PeakEwma(TimeSpan Decay) : PolicySettings
    {
        /// <summary>Finagle's time constant.</summary>
        public static TimeSpan DefaultDecay => TimeSpan.FromSeconds(10);
    }

    /// <summary>The first in the order given, so that the fewest are used; of use with limits on requests in flight.</summary>
    public sealed record First : PolicySettings;

    /// <summary>Hash of the client's network: IPv4 addresses cut to <paramref name="Ipv4PrefixBits"/> (0–32), IPv6 to <paramref name="Ipv6PrefixBits"/> (0–128).</summary>
    public sealed record SourceIpHash(int Ipv4PrefixBits = 32, int Ipv6PrefixBits = 64) : PolicySettings;

    /// <summary>nginx's <c>ip_hash</c>, for compatibility: the first three bytes of IPv4, all of IPv6.</summary>
    public sealed record NginxIpHash : PolicySettings;

    /// <summary>Hash of the key modulo the sum of weights.</summary>
    public sealed record Hash(KeySource Key, ModuloVariant Variant = ModuloVariant.Own) : PolicySettings;

    /// <summary>Consistent hashing on a ring.</summary>
    public sealed record Ketama(KeySource Key, RingVariant Variant = RingVariant.Nginx) : PolicySettings;

    /// <summary>Weighted rendezvous (highest random weight).</summary>
    public sealed record Rendezvous(KeySource Key) : PolicySettings;

    /// <summary>Maglev's table of <paramref name="TableSize"/> slots: a prime; another number, or one below the number of backends, is raised to the next one up to 5,000,011.</summary>
    public sealed record Maglev(KeySource Key, int TableSize = 65_537) : PolicySettings;

    /// <summary>Jump hash (Lamping and Veach) over the candidates in their order.</summary>
    public sealed record JumpHash(KeySource Key) : PolicySettings;
}

/// <summary>Whose modulo hashing.</summary>
public enum ModuloVariant : byte
{
    /// <summary>xxHash3.</summary>
    Own = 0,

    /// <summary>nginx's <c>hash</c> without <c>consistent</c> (Cache::Memcached): bits of CRC-32.</summary>
    Nginx,

    /// <summary>Pingora's <c>FNVHash</c>: FNV-1a over the indexes repeated by weight.</summary>
    Pingora,
}

/// <summary>Whose ring.</summary>
public enum RingVariant : byte
{
    /// <summary>nginx's, Pingora's and Cache::Memcached::Fast's: CRC-32, 160 points a unit of weight.</summary>
    Nginx = 0,

    /// <summary>libketama's: MD5, points by the share of the total.</summary>
    Libketama,

    /// <summary>Envoy's <c>ring_hash</c>: xxHash64, points scaled to a ring of at least 1,024.</summary>
    Envoy,

    /// <summary>HAProxy's <c>hash-type consistent</c>: 16 nodes a unit of weight, nearest node.</summary>
    HAProxy,
}
