using System;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>
/// The cookie values that name candidates: HMAC-SHA256 of the address under the secret, in hexadecimal (Caddy's <c>lb_policy cookie</c>), so that a client learns no address and keeps its backend across
/// restarts and proxies that share the secret. Looked up in a table in constant time; timing tells nothing worth hiding, because whoever guessed a token would merely choose its backend.
/// </summary>
public sealed class StickyTokens
{
    /// <summary>Length of every token: 32 bytes in hexadecimal.</summary>
    public const int TokenBytes = 64;

    private readonly FrozenDictionary<Digest, int> _byDigest;
    private readonly ImmutableArray<byte[]> _setCookies;

    private StickyTokens(FrozenDictionary<Digest, int> byDigest, ImmutableArray<byte[]> setCookies) => (_byDigest, _setCookies) = (byDigest, setCookies);

    private readonly record struct Digest(ulong First, ulong Second, ulong Third, ulong Fourth)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}");
    }

    /// <summary>The tokens of those candidates; of equal addresses the first is meant.</summary>
    public static StickyTokens Of(StickySettings settings, ImmutableArray<Candidate> candidates)
    {
        candidates = Availability.OrEmpty(candidates);
        var byDigest = new Dictionary<Digest, int>(candidates.Length);
        var setCookies = ImmutableArray.CreateBuilder<byte[]>(candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
        {
            var digest = DigestOf(settings.Secret, candidates[i].Address);
            byDigest.TryAdd(digest, i);
            setCookies.Add(Encoding.UTF8.GetBytes(SetCookie.Of(settings, digest.ToString())));
        }

        return new StickyTokens(byDigest.ToFrozenDictionary(), setCookies.MoveToImmutable());
    }

    /// <summary>The token of an address.</summary>
    public static string TokenOf(string secret, BackendAddress address) => DigestOf(secret, address).ToString();

    /// <summary>The candidate that <paramref name="token"/> names, or <see cref="Picker.None"/>.</summary>
    public int IndexOf(ReadOnlySpan<byte> token) =>
        token.Length == TokenBytes
        && TryWord(token, out var first) && TryWord(token[16..], out var second) && TryWord(token[32..], out var third) && TryWord(token[48..], out var fourth)
        && _byDigest.TryGetValue(new Digest(first, second, third, fourth), out var index)
            ? index
            : Picker.None;

    /// <summary>The value of the <c>Set-Cookie</c> field that makes a client stay with candidate <paramref name="index"/>; empty when there is no such candidate.</summary>
    public ReadOnlySpan<byte> SetCookieOf(int index) => (uint)index < (uint)_setCookies.Length ? _setCookies[index] : [];

    private static bool TryWord(ReadOnlySpan<byte> hex, out ulong word) => Utf8Parser.TryParse(hex[..16], out word, out var used, 'x') && used == 16;

    private static Digest DigestOf(string secret, BackendAddress address)
    {
        ReadOnlySpan<byte> bytes = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(address.ToString()));
        return new Digest(Word(bytes), Word(bytes[8..]), Word(bytes[16..]), Word(bytes[24..]));

        static ulong Word(ReadOnlySpan<byte> from) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(from);
    }
}
