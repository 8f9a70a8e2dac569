using System;
using System.Globalization;
using Fairlead.Upstreams;

namespace Fairlead.HttpClients;

/// <summary>A backend of a client: where it is, in which scheme, and how much of it may be used. Who it is is its host and port alone: health survives a change of the rest.</summary>
public sealed record HttpBackend
{
    private HttpBackend(Uri uri, BackendAddress address, Weight weight, int tier, int inFlightMax) =>
        (Uri, Address, Weight, Tier, InFlightMax) = (uri, address, weight, tier, inFlightMax);

    /// <summary>Scheme, host and port; the path is <c>/</c>.</summary>
    public Uri Uri { get; }

    /// <summary>Host and port: what hash policies place on a ring.</summary>
    public BackendAddress Address { get; }

    /// <summary>Its share; 0 gives it no requests.</summary>
    public Weight Weight { get; }

    /// <summary>0 is used first.</summary>
    public int Tier { get; }

    /// <summary>Requests it may have at once; 0 for any number.</summary>
    public int InFlightMax { get; }

    /// <summary>
    /// The backend at <paramref name="address"/>: <c>https://a.example:8443</c>, <c>http://10.0.0.1</c> or <c>10.0.0.1:80</c> (which is plain HTTP). Of a tier that is not 0 nobody is used
    /// while the tiers before it can serve.
    /// </summary>
    /// <exception cref="ArgumentException">Not such an address, or it has a path, a query or a user.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight outside 0–65,535, or a negative tier or limit.</exception>
    public static HttpBackend At(string address, int weight = 1, int tier = 0, int inFlightMax = 0)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(tier);
        ArgumentOutOfRangeException.ThrowIfNegative(inFlightMax);
        var text = address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            throw new ArgumentException($"'{address}' is not a backend's address: write https://HOST[:PORT], http://HOST[:PORT] or HOST:PORT.", nameof(address));
        if (uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            throw new ArgumentException($"'{address}' is more than a backend's address: path, query and user are the request's.", nameof(address));

        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return new HttpBackend(
            uri,
            BackendAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}")).IfNone(
                () => throw new ArgumentException($"'{address}' is not a backend's address: '{host}' is no host name.", nameof(address))),
            Weight.From(weight).IfNone(() => throw new ArgumentOutOfRangeException(nameof(weight), weight, $"A weight is 0 to {Weight.Max}.")),
            tier,
            inFlightMax);
    }

    /// <summary><paramref name="request"/>'s URI as this backend gets it: its scheme, host and port, everything else as it was.</summary>
    internal Uri Rewrite(Uri request) => new UriBuilder(request) { Scheme = Uri.Scheme, Host = Uri.Host, Port = Uri.Port }.Uri;
}
