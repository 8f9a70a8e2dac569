using System;
using System.Diagnostics;
using System.Net;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Balancing;

/// <summary>The parts of a request a key can come from. <c>default</c> has none of them.</summary>
public readonly ref struct KeyInput
{
    /// <summary>The client's address.</summary>
    public IPAddress Client { get; init; }

    /// <summary>The bytes the slices of <see cref="Fields"/> refer to.</summary>
    public ReadOnlySpan<byte> Head { get; init; }

    /// <summary>The fields as forwarded.</summary>
    public ReadOnlySpan<HeaderField> Fields { get; init; }

    /// <summary>The path without query.</summary>
    public ReadOnlySpan<byte> Path { get; init; }

    /// <summary>The query with its <c>?</c>, or empty.</summary>
    public ReadOnlySpan<byte> Query { get; init; }
}

/// <summary>
/// The bytes a hash policy hashes, from a request. What the request does not have gives the empty key, which is a key like any other: all such requests go to one backend.
/// An IPv4-mapped IPv6 address is the IPv4 address it maps.
/// </summary>
public static class PickKey
{
    /// <summary>
    /// Scratch space <see cref="Of"/> may need. Only a URI whose path and query do not stand side by side in the head is copied there; of a longer one the first
    /// <see cref="ScratchBytes"/> bytes are the key.
    /// </summary>
    public const int ScratchBytes = 1024;

    /// <summary>The key of a request: a slice of the request or of <paramref name="scratch"/> (at least <see cref="ScratchBytes"/>), empty for policies without key. Allocates nothing.</summary>
    public static ReadOnlySpan<byte> Of(PolicySettings policy, scoped in KeyInput input, Span<byte> scratch) => policy switch
    {
        PolicySettings.SourceIpHash hash => NetworkOf(hash, input.Client, scratch),
        PolicySettings.NginxIpHash => NginxNetworkOf(input.Client, scratch),
        PolicySettings.Hash hash => ValueOf(hash.Key, input, scratch),
        PolicySettings.Ketama ketama => ValueOf(ketama.Key, input, scratch),
        PolicySettings.Rendezvous rendezvous => ValueOf(rendezvous.Key, input, scratch),
        PolicySettings.Maglev maglev => ValueOf(maglev.Key, input, scratch),
        PolicySettings.JumpHash jump => ValueOf(jump.Key, input, scratch),
        PolicySettings.RoundRobin or PolicySettings.Random or PolicySettings.PowerOfTwoChoices or PolicySettings.LeastRequests or PolicySettings.PeakEwma or PolicySettings.First => [],
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };

    /// <summary>
    /// The key a tool's user means by <paramref name="text"/>: for policies that hash a part of the request its UTF-8 bytes, for hashes of the client's network the address it must be (none otherwise), for policies without key
    /// the empty one.
    /// </summary>
    public static Option<byte[]> OfText(PolicySettings policy, string text) => policy switch
    {
        PolicySettings.SourceIpHash hash => IpText.TryParse(text, out var address)
            ? Some(NetworkOf(hash, address, new byte[16]).ToArray())
            : None,
        PolicySettings.NginxIpHash => IpText.TryParse(text, out var address) ? Some(NginxNetworkOf(address, new byte[16]).ToArray()) : None,
        PolicySettings.Hash or PolicySettings.Ketama or PolicySettings.Rendezvous or PolicySettings.Maglev or PolicySettings.JumpHash => Some(Encoding.UTF8.GetBytes(text)),
        PolicySettings.RoundRobin or PolicySettings.Random or PolicySettings.PowerOfTwoChoices or PolicySettings.LeastRequests or PolicySettings.PeakEwma or PolicySettings.First =>
            Some(System.Array.Empty<byte>()),
        _ => throw new UnreachableException(),
    };

    private static ReadOnlySpan<byte> ValueOf(KeySource source, scoped in KeyInput input, Span<byte> scratch) => source switch
    {
        KeySource.ClientIp => TextOf(input.Client, scratch),
        KeySource.Header header => RequestParts.Field(input.Head, input.Fields, header.Name),
        KeySource.Cookie cookie => RequestParts.Cookie(input.Head, input.Fields, cookie.Name),
        KeySource.Query query => RequestParts.Parameter(input.Query, query.Name),
        KeySource.Path => input.Path,
        KeySource.Uri => UriOf(input, scratch),
        _ => throw new UnreachableException(),
    };

    private static ReadOnlySpan<byte> NetworkOf(PolicySettings.SourceIpHash settings, IPAddress? address, Span<byte> scratch)
    {
        var bytes = scratch[..AddressBytes(address, scratch)];
        var keep = Math.Clamp(bytes.Length == 4 ? settings.Ipv4PrefixBits : settings.Ipv6PrefixBits, 0, bytes.Length * 8);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xff00 >> Math.Clamp(keep - 8 * i, 0, 8));
        return bytes;
    }

    /// <summary>nginx's <c>ip_hash</c>: the first three bytes of IPv4, all of IPv6, three zeros for anything else.</summary>
    private static ReadOnlySpan<byte> NginxNetworkOf(IPAddress? address, Span<byte> scratch)
    {
        var length = AddressBytes(address, scratch);
        if (length == 0)
            scratch[..3].Clear();
        return scratch[..(length == 16 ? 16 : 3)];
    }

    private static ReadOnlySpan<byte> TextOf(IPAddress? address, Span<byte> scratch)
    {
        Span<byte> bytes = stackalloc byte[16];
        return AddressBytes(address, bytes) switch
        {
            0 => [],
            var length => scratch[..IpText.Write(bytes[..length], scratch)],
        };
    }

    /// <summary>4 bytes for IPv4 and what maps it, 16 for IPv6, 0 for no address.</summary>
    private static int AddressBytes(IPAddress? address, Span<byte> bytes)
    {
        if (address is null || !address.TryWriteBytes(bytes, out var length))
            return 0;
        if (!address.IsIPv4MappedToIPv6)
            return length;
        bytes[12..16].CopyTo(bytes);
        return 4;
    }

    private static ReadOnlySpan<byte> UriOf(scoped in KeyInput input, Span<byte> scratch)
    {
        if (input.Query.IsEmpty)
            return input.Path;
        if (input.Head.Overlaps(input.Path, out var path) && input.Head.Overlaps(input.Query, out var query) && path + input.Path.Length == query)
            return input.Head.Slice(path, input.Path.Length + input.Query.Length);

        var fromPath = input.Path[..Math.Min(input.Path.Length, scratch.Length)];
        fromPath.CopyTo(scratch);
        var fromQuery = input.Query[..Math.Min(input.Query.Length, scratch.Length - fromPath.Length)];
        fromQuery.CopyTo(scratch[fromPath.Length..]);
        return scratch[..(fromPath.Length + fromQuery.Length)];
    }
}
