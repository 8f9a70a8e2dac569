using System.Diagnostics;
using Fairlead.Configuration;
using Fairlead.Routing;

namespace Fairlead.Console.Explaining;

/// <summary>A route in words.</summary>
internal static class RouteText
{
    public static string Of(RouteSettings route) => $"{HostsOf(route)}, {PathOf(route.Path)} -> {route.To}";

    public static string Host(HostPattern host) => host switch
    {
        HostPattern.Exact exact => exact.Host,
        HostPattern.Below below => "*." + below.Suffix,
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };

    private static string HostsOf(RouteSettings route) => route.Hosts.IsEmpty ? "every host" : (route.Hosts.Count == 1 ? "host " : "hosts ") + string.Join(' ', route.Hosts.Map(Host));

    private static string PathOf(PathPattern path) => path switch
    {
        PathPattern.Exact exact => "path " + exact.Path,
        PathPattern.Prefix { Path: "/" } => "every path",
        PathPattern.Prefix prefix => "path-prefix " + prefix.Path,
        _ => throw new UnreachableException(),
    };
}
