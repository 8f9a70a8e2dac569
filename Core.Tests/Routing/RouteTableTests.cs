using System;
using System.Linq;
using System.Text;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Routing;
using LanguageExt;

namespace Fairlead.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = RouteTable.Of(
    [
        Route("/"),                                                   // 0: any host
        Route("/", "*.example.com"),                                  // 1
        Route("/", "*.a.example.com"),                                // 2
        Route("/api", "www.example.com"),                             // 3
        Route("=/api", "www.example.com"),                            // 4
        Route("/api/v2", "www.example.com", "example.com"),           // 5
        Route("/api", "www.example.com"),                             // 6: never, 3 is earlier
        Route("/static/", "*.example.com"),                           // 7
        Route("/", "[2001:db8::1]"),                                  // 8
        Route("=/only", "lonely.example"),                            // 9
    ]);

    [Theory]
    [InlineData("www.example.com", "/api/v2/x", 5)]
    [InlineData("www.example.com", "/api/v2", 5)]
    [InlineData("www.example.com", "/api/v22", 3)]
    [InlineData("www.example.com", "/api", 4)]
    [InlineData("www.example.com", "/api/", 3)]
    [InlineData("www.example.com", "/apix", 1)]                       // the exact host has no such path: its wildcard has
    [InlineData("www.example.com", "/static/x", 7)]
    [InlineData("www.example.com", "/static/", 7)]
    [InlineData("www.example.com", "/static", 1)]
    [InlineData("example.com", "/", 0)]                               // a wildcard does not serve its own suffix
    [InlineData("example.com", "/api/v2", 5)]
    [InlineData("x.a.example.com", "/", 2)]
    [InlineData("y.x.a.example.com", "/", 2)]
    [InlineData("a.example.com", "/", 1)]
    [InlineData("xa.example.com", "/", 1)]
    [InlineData("xexample.com", "/", 0)]
    [InlineData(".example.com", "/", 0)]
    [InlineData("", "/", 0)]
    [InlineData("lonely.example", "/only", 9)]
    [InlineData("lonely.example", "/only/", 0)]
    [InlineData("[2001:db8::1]", "/", 8)]
    [InlineData("[2001:DB8::1]:8080", "/", 8)]
    [InlineData("[2001:db8::2]", "/", 0)]
    [InlineData("2001:db8::1", "/", 0)]
    public void The_most_specific_host_then_path_then_the_first_declared_wins(string host, string path, int route) =>
        Assert.Equal(route, Match(Table, host, path));

    [Theory]
    [InlineData("WWW.Example.COM")]
    [InlineData("www.example.com:8080")]
    [InlineData("www.example.com:")]
    [InlineData("www.example.com.")]
    [InlineData("WWW.EXAMPLE.COM.:443")]
    public void Case_port_and_one_trailing_dot_do_not_matter(string host) => Assert.Equal(4, Match(Table, host, "/api"));

    [Theory]
    [InlineData("www.example.com..")]
    [InlineData("www.example.com:80:80")]
    [InlineData("www.example.com:x")]
    [InlineData("www.example.com ")]
    [InlineData("[2001:db8::1]x")]
    public void Something_else_after_the_host_makes_it_another_host(string host) => Assert.Equal(0, Match(Table, host, "/api"));

    [Fact]
    public void The_empty_path_is_the_root() =>
        Assert.Equal(1, Match(RouteTable.Of([Route("/"), Route("=/")]), "x", ""));

    [Fact]
    public void Paths_are_compared_with_case_and_without_decoding()
    {
        var table = RouteTable.Of([Route("/a b"), Route("=/A")]);
        Assert.Equal(-1, Match(table, "x", "/a"));
        Assert.Equal(-1, Match(table, "x", "/a%20b"));
        Assert.Equal(1, Match(table, "x", "/A"));
    }

    [Fact]
    public void No_route_is_minus_one()
    {
        Assert.Equal(-1, Match(RouteTable.Of([]), "x", "/"));
        Assert.Equal(-1, Match(RouteTable.Of(default), "x", "/"));
        Assert.Equal(-1, Match(RouteTable.Of([Route("/api", "x")]), "y", "/api"));
        Assert.Equal(-1, Match(RouteTable.Of([Route("/api", "x")]), "x", "/"));
    }

    [Fact]
    public void A_thousand_routes_are_told_apart()
    {
        var table = RouteTable.Of([.. Enumerable.Range(0, 1_000).Select(static i => Route($"/p{i}", $"h{i % 10}.example"))]);
        Assert.All(Enumerable.Range(0, 1_000), i => Assert.Equal(i, Match(table, $"h{i % 10}.example", $"/p{i}/x/y")));
        Assert.Equal(-1, Match(table, "h1.example", "/p2"));
    }

    [Fact]
    public void A_match_allocates_nothing()
    {
        byte[] host = [.. "WWW.Example.COM:8080"u8];
        byte[] path = [.. "/static/app/x.js"u8];
        var found = Table.Match(host, path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            found ^= Table.Match(host, path);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(7, found);
    }

    private static int Match(RouteTable table, string host, string path) => table.Match(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(path));

    /// <summary><c>=/p</c> is exact, <c>/p</c> a prefix; <c>*.h</c> is a wildcard.</summary>
    private static RouteSettings Route(string path, params string[] hosts) => new(
        new Seq<HostPattern>(hosts.Select(static host => host.StartsWith("*.", StringComparison.Ordinal) ? (HostPattern)new HostPattern.Below(host[2..]) : new HostPattern.Exact(host))),
        path.StartsWith('=') ? new PathPattern.Exact(path[1..]) : new PathPattern.Prefix(path),
        "u", HeaderEdits.None, HeaderEdits.None);
}
