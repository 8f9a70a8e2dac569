using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Routing;

namespace Fairlead.Properties.Routing;

/// <summary>Route precedence as a sort: all (host pattern, route) pairs that serve the request, the most specific first.</summary>
public static class RouteModel
{
    public static int Match(IReadOnlyList<RouteSettings> routes, string authority, string path)
    {
        var host = HostOf(authority);
        path = path.Length == 0 ? "/" : path;
        return routes
            .SelectMany((route, index) => HostsOf(route).Select(pattern => (Host: HostRank(pattern, host), Path: PathRank(route.Path, path), Index: index)))
            .Where(static found => found is { Host: >= 0, Path: >= 0 })
            .OrderByDescending(static found => found.Host)
            .ThenByDescending(static found => found.Path)
            .ThenBy(static found => found.Index)
            .Select(static found => found.Index)
            .FirstOrDefault(-1);
    }

    private static IEnumerable<HostPattern?> HostsOf(RouteSettings route) => route.Hosts.AsEnumerable().Cast<HostPattern?>().DefaultIfEmpty(null);

    private static int HostRank(HostPattern? pattern, string host) => pattern switch
    {
        null => 0,
        HostPattern.Exact same => same.Host == host ? int.MaxValue : -1,
        HostPattern.Below below => host.EndsWith("." + below.Suffix, StringComparison.Ordinal) && host.Length > below.Suffix.Length + 1 ? below.Suffix.Length : -1,
        _ => -1,
    };

    private static int PathRank(PathPattern pattern, string path) => pattern switch
    {
        PathPattern.Exact same => same.Path == path ? int.MaxValue : -1,
        PathPattern.Prefix prefix => (path + "/").StartsWith(prefix.Path.TrimEnd('/') + "/", StringComparison.Ordinal) && path.StartsWith(prefix.Path, StringComparison.Ordinal)
            ? prefix.Path.Length
            : -1,
        _ => -1,
    };

    private static string HostOf(string authority)
    {
        var afterBracket = authority.LastIndexOf(']') + 1;
        var colon = authority.IndexOf(':', afterBracket);
        var hasPort = colon >= 0 && authority[(colon + 1)..].All(char.IsAsciiDigit);
        var host = hasPort ? authority[..colon] : authority;
        return (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
    }
}
