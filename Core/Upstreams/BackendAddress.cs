using System;
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Upstreams;

/// <summary>
/// Where a backend is reached: IP address and port, host name and port, or Unix-domain socket path. Compared by the canonical order
/// (IPv4, IPv6, names, paths; then by bytes, then port), so that nothing depends on the order of declaration.
/// </summary>
public abstract record BackendAddress : IComparable<BackendAddress>
{
    private BackendAddress() { }

    /// <summary>An IP address and a port 1–65535.</summary>
    public sealed record Ip(IPAddress Address, int Port) : BackendAddress
    {
        /// <inheritdoc/>
        public override string ToString() => Address.AddressFamily == AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");
    }

    /// <summary>A host name (lower case) and a port 1–65535; it is resolved at run time, again and again.</summary>
    public sealed record Name(string Host, int Port) : BackendAddress
    {
        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
    }

    /// <summary>The path of a Unix-domain stream socket, written <c>unix:/path</c>.</summary>
    public sealed record UnixPath(string Path) : BackendAddress
    {
        /// <inheritdoc/>
        public override string ToString() => "unix:" + Path;
    }

    /// <summary>Longest path of a Unix-domain socket on Linux, in bytes (<c>sun_path</c> less its NUL).</summary>
    public const int UnixPathBytesMax = 107;

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// Reads <c>10.0.0.1:80</c>, <c>[::1]:80</c>, <c>example.com:443</c> or <c>unix:/run/app.sock</c>; none for anything else.
    /// The canonical text is <see cref="object.ToString"/> of the result, and reads back as the same address.
    /// </summary>
    public static Option<BackendAddress> Parse(string text)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
            return UnixOf(text["unix:".Length..]);

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !TryPort(text.AsSpan(colon + 1), out var port))
            return None;

        var host = text.AsSpan(0, colon);
        if (host is ['[', .. var literal, ']'])
            return literal.Contains(':') && IpText.TryParse(literal, out var six) ? Some<BackendAddress>(new Ip(six, port)) : None;
        if (host.Contains(':'))
            return None;                                              // IPv6 without brackets: which colon starts the port?
        if (IpText.TryParse(host, out var four))
            return Some<BackendAddress>(new Ip(four, port));
        return IsHostName(host) ? Some<BackendAddress>(new Name(host.ToString().ToLowerInvariant(), port)) : None;
    }

    /// <inheritdoc/>
    public int CompareTo(BackendAddress? other) => (this, other) switch
    {
        (_, null) => 1,
        (Ip left, Ip right) => CompareIp(left, right),
        (Name left, Name right) => (string.CompareOrdinal(left.Host, right.Host), left.Port.CompareTo(right.Port)) switch
        {
            (0, var byPort) => byPort,
            (var byHost, _) => byHost,
        },
        (UnixPath left, UnixPath right) => string.CompareOrdinal(left.Path, right.Path),
        _ => Rank(this).CompareTo(Rank(other)),
    };

    private static int Rank(BackendAddress address) => address switch { Ip => 0, Name => 1, _ => 2 };

    private static int CompareIp(Ip left, Ip right)
    {
        Span<byte> leftBytes = stackalloc byte[16];
        Span<byte> rightBytes = stackalloc byte[16];
        left.Address.TryWriteBytes(leftBytes, out var leftLength);
        right.Address.TryWriteBytes(rightBytes, out var rightLength);
        if (leftLength != rightLength)
            return leftLength.CompareTo(rightLength);
        var byAddress = leftBytes[..leftLength].SequenceCompareTo(rightBytes[..rightLength]);
        if (byAddress == 0 && leftLength == 16)
            byAddress = left.Address.ScopeId.CompareTo(right.Address.ScopeId);   // part of equality, though no text we read has one
        return byAddress != 0 ? byAddress : left.Port.CompareTo(right.Port);
    }

    private static Option<BackendAddress> UnixOf(string path) =>
        path.StartsWith('/') && !path.Contains('\0') && System.Text.Encoding.UTF8.GetByteCount(path) <= UnixPathBytesMax
            ? Some<BackendAddress>(new UnixPath(path))
            : None;

    private static bool TryPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is >= 1 and <= 5
               && !text.ContainsAnyExceptInRange('0', '9')
               && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
               && port is >= 1 and <= 65_535;
    }

    // RFC 1123 §2.1 with underscores (service names use them); labels of 1–63, 253 in all.
    private static bool IsHostName(ReadOnlySpan<char> host)
    {
        if (host.Length is 0 or > 253)
            return false;
        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(LabelCharacters))
                return false;
        }

        return !IsNumber(host[(host.LastIndexOf('.') + 1)..]);
    }

    // A host that ends in a number is a broken or disguised IPv4 address to resolvers ("1", "10.1", "0x7f.0x1": inet_aton), never a name.
    private static bool IsNumber(ReadOnlySpan<char> label) =>
        !label.ContainsAnyExceptInRange('0', '9')
        || (label is ['0', 'x' or 'X', .. var digits] && !digits.ContainsAnyExcept(HexDigits));
}
