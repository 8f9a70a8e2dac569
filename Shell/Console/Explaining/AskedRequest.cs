using System;
using System.Net;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Explaining;

/// <summary>
/// A request as the proxy would see it after its head was accepted: parsed, checked, without hop-by-hop and untrusted forwarding fields, its path normalised.
/// </summary>
internal sealed class AskedRequest
{
    private readonly RequestHeader _header;

    private AskedRequest(RequestHeader header, IPAddress client) => (_header, Client) = (header, client);

    /// <summary>Who the client is, also behind trusted proxies.</summary>
    public IPAddress Client { get; }

    public string Target => _header.Path + _header.Query;

    public string Authority => _header.Authority;

    public ReadOnlySpan<byte> AuthorityBytes => _header.AuthorityBytes;

    public ReadOnlySpan<byte> PathBytes => _header.PathBytes;

    /// <summary>A GET of <paramref name="target"/> from <paramref name="peer"/>, or why the proxy would refuse it.</summary>
    public static Either<string, AskedRequest> Of(ProxySettings settings, IPAddress peer, string target, Seq<string> fieldLines)
    {
        if (fieldLines.Add(target).Exists(static text => text.AsSpan().ContainsAny('\r', '\n')))
            return Left("a path or field goes on one line");

        var bytes = Encoding.UTF8.GetBytes($"GET {target} HTTP/1.1\r\n{string.Concat(fieldLines.Map(static line => line + "\r\n"))}\r\n");
        var limits = settings.Limits;
        var parsed = new HeaderField[limits.RequestFieldsMax];
        var head = RequestHeadParser.Parse(bytes, 0, new HeadLimits(limits.RequestLineBytesMax, limits.RequestHeadBytesMax, limits.RequestFieldsMax), parsed);
        if (head.Status != ParseStatus.Done)
            return Left(Refusal(head.Fault));

        var fields = parsed.AsSpan(0, head.FieldCount);
        IPNetwork[] trusted = [.. settings.TrustedProxies];
        var client = ClientAddress.Effective(peer, trusted, bytes, fields);
        var fault = RequestRules.Check(head, isTls: head.IsAbsoluteForm && head.IsHttpsTarget, bodyBytesMax: null, bytes, fields);
        var kept = fault == HeadFault.None ? HopByHop.StripRequest(bytes, fields, out fault) : 0;
        var header = new RequestHeader();
        if (fault == HeadFault.None && !header.TryLoad(bytes, head, fields[..ForwardedFields.Strip(bytes, fields[..kept], ClientAddress.IsTrusted(peer, trusted))]))
            fault = HeadFault.PathAboveRoot;
        return fault == HeadFault.None ? Right(new AskedRequest(header, client)) : Left(Refusal(fault));
    }

    /// <summary>The key that <paramref name="policy"/> hashes; empty for policies without.</summary>
    public byte[] KeyOf(PolicySettings policy) => PickKey.Of(policy, Parts, new byte[PickKey.ScratchBytes]).ToArray();

    /// <summary>The value of the cookie of that name, found as the key of a hash policy is; empty when there is none.</summary>
    public byte[] Cookie(string name) => KeyOf(new PolicySettings.Ketama(new KeySource.Cookie(name)));

    private KeyInput Parts => new() { Client = Client, Head = _header.Arena, Fields = _header.Fields, Path = _header.PathBytes, Query = _header.QueryBytes };

    private static string Refusal(HeadFault fault) => FormattableString.Invariant($"the proxy would refuse this request ({HeadFaults.StatusOf(fault)}): {HeadFaults.Describe(fault)}");
}
