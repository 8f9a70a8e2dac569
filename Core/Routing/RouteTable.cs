using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Configuration;

namespace Fairlead.Routing;

/// <summary>
/// Routes made ready for look-up. The most specific host wins (exact, then the longest wildcard, then any), then the most specific path
/// (exact, then the longest prefix), then the earlier declaration. A host whose routes do not serve the path leaves it to the less specific ones.
/// </summary>
public sealed class RouteTable
{
    private readonly HostTable _hosts;
    private readonly PathTable[] _paths;    // by number of the host pattern

    private RouteTable(ImmutableArray<RouteSettings> routes)
    {
        Routes = routes;
        var byHost = routes
            .SelectMany((route, index) => HostsOf(route).Select(host => (Host: host, route.Path, Index: index)))
            .GroupBy(static entry => entry.Host is null ? "any" : entry.Host.ToString(), StringComparer.Ordinal)
            .ToArray();
        _hosts = new HostTable([.. byHost.Select(static group => group.First().Host)]);
        _paths = [.. byHost.Select(static group => new PathTable(group.Select(static entry => (entry.Path, entry.Index))))];
    }

    /// <summary>The routes in the order of the settings: <see cref="Match"/> answers an index into it.</summary>
    public ImmutableArray<RouteSettings> Routes { get; }

    /// <summary>The table of those routes.</summary>
    public static RouteTable Of(ImmutableArray<RouteSettings> routes) => new(routes.IsDefault ? [] : routes);

    /// <summary>
    /// Index of the route for a host (with or without port and trailing dot, any case; IPv6 in brackets) and a path (without query; the empty one is <c>/</c>), or -1.
    /// Allocates nothing.
    /// </summary>
    public int Match(ReadOnlySpan<byte> host, ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
            path = "/"u8;
        for (var pattern = _hosts.MostSpecific(WithoutPort(host)); pattern >= 0; pattern = _hosts.LessSpecific(pattern))
        {
            if (_paths[pattern].Match(path) is >= 0 and var route)
                return route;
        }

        return -1;
    }

    /// <summary>The host of an authority (RFC 3986 §3.2): without <c>:port</c>, whose digits may be missing, and without one trailing dot.</summary>
    private static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> authority)
    {
        var colon = authority.LastIndexOf((byte)':');
        var bracket = authority.LastIndexOf((byte)']');
        var hasPort = colon > bracket && !authority[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')
                                      && (bracket >= 0 || authority.IndexOf((byte)':') == colon);
        var host = hasPort ? authority[..colon] : authority;
        return host is [.. var undotted, (byte)'.'] ? undotted : host;
    }

    // An array by name: as a collection expression it would take the type of the Seq, whose Add returns the longer one, and stay empty.
    private static IEnumerable<HostPattern?> HostsOf(RouteSettings route) =>
        route.Hosts.IsEmpty ? new HostPattern?[] { null } : route.Hosts.Map(Normalized).Distinct();

    private static HostPattern Normalized(HostPattern pattern) => pattern switch
    {
        HostPattern.Exact same => new HostPattern.Exact(Normalized(same.Host)),
        HostPattern.Below below => new HostPattern.Below(Normalized(below.Suffix)),
        _ => pattern,
    };

    private static string Normalized(string host) => (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
}
