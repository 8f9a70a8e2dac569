using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Console;

public class ExplainTests
{
    private const string Secret = "0123456789abcdef";

    private const string Config = """
        listeners: [ { bind: ":1" } ]
        trusted-proxies: [ 10.9.0.0/16 ]
        upstreams:
          ring:
            policy: { ketama: { key: header x-user } }
            backends: [ "10.0.0.1:80", "10.0.0.2:80", { address: "10.0.0.3:80", max-in-flight: 4 }, { address: "10.0.0.4:80", backup: true } ]
          turns:
            backends: [ "a.example:80", "b.example:80,weight=2" ]
            sticky: { cookie: b, secret: 0123456789abcdef, when-gone: refuse }
            queue: { timeout: 3s }
          net: { policy: { source-ip-hash: { ipv4-prefix: 24 } }, backends: [ "10.0.0.1:80", "10.0.0.2:80" ] }
          draw: { policy: random, backends: [ "10.0.0.1:80", "10.0.0.2:80,weight=0", "10.0.0.3:80" ] }
          uri: { policy: { rendezvous: { key: uri } }, backends: [ "10.0.0.1:80", "10.0.0.2:80" ] }
        routes:
          - { to: ring, path-prefix: /api }
          - { to: turns, hosts: [ "*.shop.example", shop.example ] }
          - { to: net, path: /net }
          - { to: draw, host: draw.example }
        """;

    [Fact]
    public Task A_ring_is_told_from_route_to_point() => TellsAsync(
        """
        route       1: every host, path-prefix /api -> ring
        upstream    ring
        policy      ketama, key header x-user, compatible nginx
        request     GET /api/x?y=1, host localhost, client 127.0.0.1
        key         "2"
        because     tier 0 has 100% of the requests, and this one's draw is 63 of 0 to 99
                    10.0.0.3:80 comes first but is full (4 of 4 in flight)
                    the key hashes to 0x1ad5be0d
                    ring point 0x20acc8ec, number 61 of 480, decides; 4 before it were passed over
        chosen      10.0.0.1:80

        backend      weight  tier  in flight  may be picked
        10.0.0.1:80  1       0     9          yes, and chosen
        10.0.0.2:80  1       0     0          no: down
        10.0.0.3:80  1       0     4/4        no: full (4/4)
        10.0.0.4:80  1       1     0          no: tier 0 is used

        """, "--path", "/no/../api/x?y=1", "--header", "X-User: 2", "--down", "10.0.0.2:80", "--in-flight", "10.0.0.3:80=4", "--in-flight", "10.0.0.1:80=9");

    [Fact]
    public Task Round_robin_is_told_with_the_cookie_it_would_set() => TellsAsync(
        $"""
        route       2: hosts *.shop.example shop.example, every path -> turns
        upstream    turns
        policy      round-robin
        request     GET /, host a.Shop.example:8080, client 127.0.0.1
        because     ticket 4 is step 1 of a cycle of 3
        chosen      a.example:80
        set-cookie  b={TokenOf("a.example:80")}; Path=/; HttpOnly

        backend       weight  tier  in flight  may be picked
        a.example:80  1       0     0          yes, and chosen
        b.example:80  2       0     0          yes

        """, "--header", "host: a.Shop.example:8080", "--ticket", "4");

    [Fact]
    public Task A_sticky_client_stays_also_with_a_backend_that_drains() => TellsAsync(
        $"""
        upstream    turns
        policy      round-robin
        request     GET /, host localhost, client 127.0.0.1
        because     the cookie names b.example:80
        chosen      b.example:80, by the cookie

        backend       weight  tier  in flight  may be picked
        a.example:80  1       0     0          yes
        b.example:80  2       0     0          yes, and chosen

        """, "-u", "turns", "--cookie", "x=1", "--cookie", "b=" + TokenOf("b.example:80"), "--drain", "b.example:80");

    [Fact]
    public Task The_network_of_a_client_is_hashed_as_bytes_also_of_one_behind_a_trusted_proxy() => TellsAsync(
        """
        route       3: every host, path /net -> net
        upstream    net
        policy      source-ip-hash, ipv4-prefix 24, ipv6-prefix 64
        request     GET /net, host localhost, client 192.0.2.77
        key         0xc0000200
        chosen      nobody: all that may be used were tried before

        backend      weight  tier  in flight  may be picked
        10.0.0.1:80  1       0     0          no: tried before
        10.0.0.2:80  1       0     0          no: draining

        """, code: 1, "-p", "/net", "--client", "10.9.1.1", "-H", "X-Forwarded-For: 192.0.2.77", "--tried", "10.0.0.1:80", "--drain", "10.0.0.2:80");

    [Fact]
    public async Task A_draw_depends_on_the_seed_alone()
    {
        Assert.Equal(await ToldAsync("-u", "draw", "--seed", "1"), await ToldAsync("-u", "draw", "--seed", "1"));
        var chosen = await Task.WhenAll(Enumerable.Range(0, 32).Select(static seed => ToldAsync("-u", "draw", "--seed", $"{seed}")));
        Assert.Equal(2, chosen.Select(static told => told.Split('\n').Single(static line => line.StartsWith("chosen", StringComparison.Ordinal))).Distinct().Count());
        Assert.All(chosen, static told => Assert.Contains("10.0.0.2:80  0       0     0          no: weight 0", told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("round-robin")]
    [InlineData("random")]
    [InlineData("power-of-two")]
    [InlineData("least-requests")]
    [InlineData("peak-ewma")]
    [InlineData("first")]
    [InlineData("source-ip-hash")]
    [InlineData("nginx-ip-hash")]
    [InlineData("hash")]
    [InlineData("{ hash: { compatible: nginx } }")]
    [InlineData("{ hash: { compatible: pingora } }")]
    [InlineData("ketama")]
    [InlineData("{ ketama: { compatible: libketama } }")]
    [InlineData("{ ketama: { compatible: envoy } }")]
    [InlineData("{ ketama: { compatible: haproxy } }")]
    [InlineData("rendezvous")]
    [InlineData("{ maglev: { table-size: 251 } }")]
    [InlineData("jump-hash")]
    public async Task Every_policy_explains_the_backend_it_maps_to(string policy)
    {
        var config = $$"""
            listeners: [ { bind: ":1" } ]
            upstreams: { x: { policy: {{policy}}, backends: [ "10.0.0.1:80,weight=2", "10.0.0.2:80", "10.0.0.3:80" ] } }
            routes: [ { to: x } ]
            """;
        using var mapped = FakeTerminal.WithInput("192.0.2.7\n");
        using var explained = new FakeTerminal();
        Assert.Equal(0, await mapped.RunAsync("map", mapped.Write("fairlead.yaml", config), "--down", "10.0.0.2:80"));
        Assert.Equal(0, await explained.RunAsync("explain", explained.Write("fairlead.yaml", config), "--client", "192.0.2.7", "--down", "10.0.0.2:80", "--json"));

        using var json = JsonDocument.Parse(explained.Out);
        Assert.Equal(mapped.Out, "192.0.2.7\t" + json.RootElement.GetProperty("chosen").GetString() + "\n");
        Assert.NotEmpty(json.RootElement.GetProperty("steps").EnumerateArray());
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("/item/1?a=b")]
    [InlineData("/item/2")]
    [InlineData("/item/3")]
    public async Task What_is_explained_is_what_is_mapped(string uri)
    {
        using var terminal = FakeTerminal.WithInput(uri + "\n");
        Assert.Equal(0, await terminal.RunAsync("map", terminal.Write("fairlead.yaml", Config), "-u", "uri"));
        Assert.Contains("chosen      " + terminal.Out.TrimEnd().Split('\t')[1], await ToldAsync("-u", "uri", "-p", uri), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_the_same_is_one_object()
    {
        using var json = JsonDocument.Parse(await ToldAsync("--path", "/api/x", "--header", "X-User: 2", "--down", "10.0.0.2:80", "--json"));
        var root = json.RootElement;

        Assert.Equal((1, "/api", "ring"), (root.GetProperty("route").GetProperty("number").GetInt32(), root.GetProperty("route").GetProperty("path_prefix").GetString(), root.GetProperty("upstream").GetString()));
        Assert.Equal(("ketama", "header x-user"), (root.GetProperty("policy").GetProperty("name").GetString(), root.GetProperty("policy").GetProperty("key").GetString()));
        Assert.Equal(("32", "2"), (root.GetProperty("key").GetProperty("hex").GetString(), root.GetProperty("key").GetProperty("text").GetString()));
        Assert.Equal(["tier", "keyed", "ring-point"], root.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("kind").GetString()));
        Assert.Equal("0x1ad5be0d", root.GetProperty("steps")[1].GetProperty("hash").GetString());
        Assert.Equal(("chosen", "10.0.0.3:80"), (root.GetProperty("outcome").GetString(), root.GetProperty("chosen").GetString()));
        Assert.Equal([null, "down", null, "other-tier"], root.GetProperty("backends").EnumerateArray().Select(static backend =>
            backend.GetProperty("excluded") is { ValueKind: JsonValueKind.Object } why ? why.GetProperty("kind").GetString() : null));
        Assert.Equal(4, root.GetProperty("backends")[2].GetProperty("in_flight_max").GetInt32());
    }

    [Theory]
    [InlineData("none-available", "draw", "--down", "10.0.0.1:80", "--down", "10.0.0.3:80")]
    [InlineData("all-tried", "draw", "--tried", "10.0.0.1:80", "--tried", "10.0.0.3:80")]
    [InlineData("wait", "ring", "--down", "10.0.0.1:80", "--down", "10.0.0.2:80", "--drain", "10.0.0.4:80", "--in-flight", "10.0.0.3:80=4")]
    [InlineData("sticky-gone", "turns", "--cookie", "b=hurz")]
    public async Task Nobody_chosen_is_told_with_its_reason_and_the_exit_code(string outcome, string upstream, params string[] arguments)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(1, await ExplainAsync(terminal, ["-u", upstream, "--json", .. arguments]));
        using var json = JsonDocument.Parse(terminal.Out);
        Assert.Equal((outcome, JsonValueKind.Null), (json.RootElement.GetProperty("outcome").GetString(), json.RootElement.GetProperty("chosen").ValueKind));
    }

    [Fact]
    public async Task A_request_without_route_is_told_and_false()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(1, await ExplainAsync(terminal, "--path", "/nope"));
        Assert.Equal(("", "fairlead: no route for host localhost and path /nope (404); the routes are in the configuration, or say --upstream\n"), (terminal.Out, terminal.Error));
    }

    [Theory]
    [InlineData("fairlead: there is no upstream 'rnig'; did you mean 'ring'?\n", "-u", "rnig")]
    [InlineData("fairlead: --client: 'hurz' is not an IP address\n", "--client", "hurz")]
    [InlineData("fairlead: --drain: '10.0.0.9:80' is no backend of net; did you mean '10.0.0.1:80'?\n", "-u", "net", "--drain", "10.0.0.9:80")]
    [InlineData("fairlead: --tried: '10.0.0.9:80' is no backend of net; did you mean '10.0.0.1:80'?\n", "-u", "net", "--tried", "10.0.0.9:80")]
    [InlineData("fairlead: --in-flight: '10.0.0.1:80' is not ADDRESS=N, such as 10.0.0.1:8080=32\n", "-u", "net", "--in-flight", "10.0.0.1:80")]
    [InlineData("fairlead: the proxy would refuse this request (400): the request line is not METHOD SP TARGET SP VERSION\n", "-u", "net", "--path", "/a b")]
    [InlineData("fairlead: the proxy would refuse this request (400): the path has more .. segments than others before them, so it climbs above the root\n", "-u", "net", "--path", "/../a")]
    [InlineData("fairlead: a path or field goes on one line\n", "-u", "net", "--header", "a: b\r\nc: d")]
    public async Task A_question_that_cannot_be_asked_is_a_wrong_call(string told, params string[] arguments)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await ExplainAsync(terminal, arguments));
        Assert.Equal(("", told), (terminal.Out, terminal.Error));
    }

    private static string TokenOf(string address) => StickyTokens.TokenOf(Secret, BackendAddress.Parse(address).IfNone(() => throw new ArgumentException(address)));

    private static Task TellsAsync(string expected, params string[] arguments) => TellsAsync(expected, 0, arguments);

    private static async Task TellsAsync(string expected, int code, params string[] arguments)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal((code, ""), (await ExplainAsync(terminal, arguments), terminal.Error));
        Assert.Equal(expected, terminal.Out);
    }

    private static async Task<string> ToldAsync(params string[] arguments)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal((0, ""), (await ExplainAsync(terminal, arguments), terminal.Error));
        return terminal.Out;
    }

    private static Task<int> ExplainAsync(FakeTerminal terminal, params string[] arguments) =>
        terminal.RunAsync(["explain", terminal.Write("fairlead.yaml", Config), .. arguments]);
}
