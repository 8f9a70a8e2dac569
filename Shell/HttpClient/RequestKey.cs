using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.HttpClients;

/// <summary>The bytes a hash policy hashes, from a request that is not on the wire yet: the same ones a proxy would read there, so that both lead to the same backend.</summary>
internal static class RequestKey
{
    /// <summary>How a policy's key is read from a request; null for policies without one.</summary>
    /// <exception cref="ArgumentException">The policy hashes the client's address, and nobody says whose that is.</exception>
    public static Func<HttpRequestMessage, byte[]>? Reader(PolicySettings policy, Func<HttpRequestMessage, string?>? key)
    {
        if (!policy.IsHash)
            return null;
        if (key is not null)
            return request => PickKey.OfText(policy, key(request) ?? "").IfNone([]);
        if (policy is PolicySettings.SourceIpHash or PolicySettings.NginxIpHash || policy.KeyFrom.Case is KeySource.ClientIp)
        {
            throw new ArgumentException(
                "The policy hashes the client's address, and here the client is this program: hash a header, cookie, path or query parameter, or set Key to the address of whom the request is made for.",
                nameof(policy));
        }

        return request => Of(policy, request);
    }

    private static byte[] Of(PolicySettings policy, HttpRequestMessage request) => policy.KeyFrom.Case switch
    {
        KeySource.Header header => First(request, header.Name),
        KeySource.Cookie => OfCookies(policy, request),
        _ => OfUri(policy, request),
    };

    private static byte[] First(HttpRequestMessage request, string name)
    {
        foreach (var value in Values(request, name))
            return Encoding.UTF8.GetBytes(value);
        return [];
    }

    // Cookies of a CookieContainer are not there yet: the innermost handler adds them.
    private static byte[] OfCookies(PolicySettings policy, HttpRequestMessage request)
    {
        var head = new List<byte>("cookie"u8.ToArray());
        var fields = new List<HeaderField>();
        foreach (var value in Values(request, "cookie"))
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            fields.Add(new HeaderField(new Slice(0, "cookie".Length), new Slice(head.Count, bytes.Length), default));
            head.AddRange(bytes);
        }

        return PickKey.Of(policy, new KeyInput { Head = head.ToArray(), Fields = fields.ToArray() }, []).ToArray();
    }

    private static byte[] OfUri(PolicySettings policy, HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        var head = Encoding.UTF8.GetBytes(uri.PathAndQuery);
        var path = Encoding.UTF8.GetByteCount(uri.AbsolutePath);
        return PickKey.Of(policy, new KeyInput { Head = head, Path = head.AsSpan(..path), Query = head.AsSpan(path..) }, []).ToArray();
    }

    private static IEnumerable<string> Values(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) || request.Content?.Headers.NonValidated.TryGetValues(name, out values) == true ? values : [];
}
