using System;
using System.Diagnostics;
using System.Text;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Http;

/// <summary>
/// What a CONNECT may name (RFC 9110 §9.3.6). Targets are compared as what they would be connected to, so that no other spelling of an address passes; a pattern is for names
/// alone.
/// </summary>
public abstract record ConnectTarget
{
    private ConnectTarget() { }

    /// <summary>Exactly this name or IP address, and port.</summary>
    public sealed record Exact(BackendAddress Address) : ConnectTarget
    {
        /// <inheritdoc/>
        public override string ToString() => Address.ToString()!;
    }

    /// <summary>Any name below <paramref name="Suffix"/>, a name with its port, but not the suffix itself.</summary>
    public sealed record Below(BackendAddress Suffix) : ConnectTarget
    {
        /// <inheritdoc/>
        public override string ToString() => "*." + Suffix;
    }

    /// <summary>Reads <c>host:port</c>, with an IPv6 address in brackets, or <c>*.example.com:port</c>.</summary>
    public static Option<ConnectTarget> Parse(string text) => text.StartsWith("*.", StringComparison.Ordinal)
        ? BackendAddress.Parse(text[2..]).Filter(static address => address is BackendAddress.Name).Map(static address => (ConnectTarget)new Below(address))
        : BackendAddress.Parse(text).Filter(static address => address is not BackendAddress.UnixPath).Map(static address => (ConnectTarget)new Exact(address));

    /// <summary>Where a CONNECT for <paramref name="authority"/> leads, if one of <paramref name="allowed"/> allows it.</summary>
    public static Option<BackendAddress> Choose(ReadOnlySpan<byte> authority, Seq<ConnectTarget> allowed) =>
        BackendAddress.Parse(Encoding.Latin1.GetString(authority)).Filter(address => allowed.Exists(target => target switch
        {
            Exact exact => exact.Address == address,
            Below below => IsBelow(address, below.Suffix),
            _ => throw new UnreachableException(),   // closed union
        }));

    private static bool IsBelow(BackendAddress address, BackendAddress suffix) =>
        address is BackendAddress.Name name && suffix is BackendAddress.Name end && name.Port == end.Port && name.Host.EndsWith("." + end.Host, StringComparison.Ordinal);
}
