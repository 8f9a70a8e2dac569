using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>A load balancer from a configuration file, as the tutorial tells it.</summary>
public sealed class BalancingStory
{
    [Fact]
    public async Task Two_HTTPS_backends_take_turns_and_see_the_configured_SNI_and_Host()
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("one.example.test");
        await using var first = TestOrigin.Start(Answers.Ok("first"), certificate);
        await using var second = TestOrigin.Start(Answers.Ok("second"), certificate);
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams:
              blog:
                backends: [ "{{first.Address}}", "{{second.Address}}" ]
                tls: { sni: one.example.test, ca: {{certificates.AuthorityFile}} }
            routes:
              - to: blog
                request-headers: { set: { Host: blog.example.test } }
            """);
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
            answers.Add((await client.GetAsync("/page?x=1", host: "client.test")).Text);

        Assert.Equal(["first", "second", "first", "second", "first", "second"], answers);
        Assert.All(first.Requests.Concat(second.Requests), request =>
        {
            Assert.Equal("one.example.test", request.ServerName);
            Assert.Equal("blog.example.test", request["Host"]);
            Assert.Equal("/page?x=1", request.Target);
        });
    }

    [Fact]
    public async Task With_a_dead_third_backend_and_no_retry_exactly_every_third_request_answers_502()
    {
        await using var first = TestOrigin.Start();
        await using var second = TestOrigin.Start();
        using var dead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync(Three(first, second, dead, "retry: off"));

        var statuses = await Ask.StatusesAsync(fairlead.Port, 12);

        Assert.Equal(Enumerable.Repeat(new[] { 200, 200, 502 }, 4).SelectMany(static turn => turn), statuses);
        Assert.Equal([4, 4], TestOrigin.Counts(first, second));
    }

    [Fact]
    public async Task With_a_dead_third_backend_and_the_usual_retry_no_request_fails()
    {
        await using var first = TestOrigin.Start();
        await using var second = TestOrigin.Start();
        using var dead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync(Three(first, second, dead, "policy: round-robin"));

        Assert.All(await Ask.StatusesAsync(fairlead.Port, 12), static status => Assert.Equal(200, status));
        Assert.Equal(12, TestOrigin.Counts(first, second).Sum());
    }

    [Fact]
    public async Task Weights_share_the_requests()
    {
        await using var light = TestOrigin.Start();
        await using var heavy = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { web: { backends: [ "{{light.Address}}", "{{heavy.Address}},weight=3" ] } }
            routes: [ { to: web } ]
            """);

        await Ask.StatusesAsync(fairlead.Port, 20);

        Assert.Equal([5, 15], TestOrigin.Counts(light, heavy));
    }

    [Fact]
    public async Task A_hash_of_a_field_keeps_each_user_on_one_backend()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { web: { policy: { ketama: { key: header x-user } }, backends: [ "{{first.Address}}", "{{second.Address}}" ] } }
            routes: [ { to: web } ]
            """);
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        var homes = new HashSet<string>();
        for (var user = 0; user < 16; user++)
        {
            var once = (await client.GetAsync(fields: $"X-User: {user}\r\n")).Text;
            Assert.Equal(once, (await client.GetAsync(fields: $"X-User: {user}\r\n")).Text);
            homes.Add(once);
        }

        Assert.Equal(2, homes.Count);
    }

    private static string Three(TestOrigin first, TestOrigin second, DeadPort dead, string more) => $$"""
        listeners: [ { bind: "127.0.0.1:0" } ]
        upstreams:
          web:
            backends: [ "{{first.Address}}", "{{second.Address}}", "{{dead.Address}}" ]
            {{more}}
        routes: [ { to: web } ]
        """;
}
