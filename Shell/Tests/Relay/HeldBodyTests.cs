using System;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>A request whose client still holds its body back for 100 (Continue) when its backend fails (RFC 9110 §10.1.1): another backend can have all of it.</summary>
public sealed class HeldBodyTests
{
    private const string Put = "PUT / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

    private static readonly RetrySettings Repeats = new(2) { BackOff = BackOff.None, OnReset = true, OnResponseTimeout = true, Statuses = StatusSet.Parse("503").IfNone(StatusSet.Empty) };

    private static readonly OriginAnswer Resets = static exchange =>
    {
        exchange.Reset();
        return Task.CompletedTask;
    };

    private static readonly OriginAnswer SaysContinueAndResets = static async exchange =>
    {
        await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        exchange.Reset();
    };

    private static readonly OriginAnswer SaysContinue = static async exchange =>
    {
        await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await Answers.Ok(Encoding.ASCII.GetString(await exchange.ReadBodyAsync()))(exchange);
    };

    private static readonly OriginAnswer TakesTheBodyUnasked = static async exchange => await Answers.Ok(Encoding.ASCII.GetString(await exchange.ReadBodyAsync()))(exchange);

    [Theory]
    [InlineData("reset")]
    [InlineData("silent")]
    [InlineData("status")]
    public async Task The_next_backend_tells_the_client_to_go_on(string failure)
    {
        await using var failing = Origin(failure switch { "reset" => Resets, "silent" => Answers.Never, _ => Answers.Status(503) });
        await using var other = Origin(SaysContinue);
        await using var proxy = await TestProxy.StartAsync(With(failure == "silent" ? Repeats with { AttemptTimeout = TimeSpan.FromSeconds(3) } : Repeats), failing, other);   // the other one has as long, and answers
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);
        Assert.Equal("HTTP/1.1 100 Continue", (await client.HeadAsync()).FirstLine);
        await client.SendAsync("body");
        Assert.Equal("body", (await client.ResponseAsync()).Text);

        Assert.Equal([1, 1], TestOrigin.Counts(failing, other));
        failing.Answer = SaysContinue;
        Assert.Equal("body", (await client.AskAsync(Put + "body")).Text);   // and the connection lives on
    }

    [Fact]
    public async Task A_body_longer_than_what_is_kept_is_sent_to_the_next_backend_when_none_of_it_was_sent()
    {
        var body = new string('x', 1_000_000);
        await using var failing = Origin(Resets);
        await using var other = Origin(SaysContinue);
        await using var proxy = await TestProxy.StartAsync(With(Repeats with { BodyBufferBytesMax = 0 }), failing, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync($"PUT / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue", (await client.HeadAsync()).FirstLine);
        await client.SendAsync(body);

        Assert.Equal(body, (await client.ResponseAsync()).Text);
    }

    [Fact]
    public async Task One_that_was_told_to_go_on_by_a_backend_that_fails_then_sends_to_the_next()
    {
        await using var failing = Origin(SaysContinueAndResets);
        await using var other = Origin(SaysContinue);
        await using var proxy = await TestProxy.StartAsync(With(Repeats), failing, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);
        Assert.Equal("HTTP/1.1 100 Continue", (await client.HeadAsync()).FirstLine);
        await Eventually.True(() => TestOrigin.Counts(failing, other) is [1, 1], "the next backend to be asked");
        await client.SendAsync("body");

        Assert.Equal("body", (await client.ResponseAsync()).Text);
    }

    [Fact]
    public async Task One_that_loses_its_patience_between_two_attempts_sends_to_the_next()
    {
        await using var failing = Origin(Resets);
        await using var other = Origin(TakesTheBodyUnasked);
        await using var proxy = await TestProxy.StartAsync(With(Repeats with { BackOff = new BackOff(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(400)) }), failing, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);
        await Eventually.True(() => failing.OpenConnections == 0 && failing.Requests.Count == 1, "the first attempt to fail");
        await client.SendAsync("body");

        Assert.Equal("body", (await client.ResponseAsync()).Text);
    }

    [Fact]
    public async Task Without_another_backend_the_failure_is_told_and_the_connection_closes()
    {
        await using var failing = Origin(Resets);
        await using var other = Origin(Resets);
        await using var proxy = await TestProxy.StartAsync(With(Repeats), failing, other);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync(Put);

        Assert.Equal((502, "close"), (response.Status, response["Connection"]));
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Equal([1, 1], TestOrigin.Counts(failing, other));
    }

    [Fact]
    public async Task A_POST_that_a_backend_may_have_seen_is_not_repeated()
    {
        await using var failing = Origin(Resets);
        await using var other = Origin(SaysContinue);
        await using var proxy = await TestProxy.StartAsync(With(Repeats), failing, other);

        Assert.Equal(502, (await proxy.AskAsync(Put.Replace("PUT", "POST", StringComparison.Ordinal))).Status);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task One_that_leaves_while_the_next_backend_thinks_ends_the_exchange()
    {
        await using var failing = Origin(Resets);
        await using var other = Origin(Answers.Never);
        await using var proxy = await TestProxy.StartAsync(With(Repeats), failing, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);
        await Eventually.True(() => other.Requests.Count == 1, "the next backend to be asked");
        client.Reset();

        Assert.Equal(Outcome.ClientGone, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => other.OpenConnections == 0, "the connection to the backend to be closed");
    }

    [Fact]
    public async Task One_that_is_told_to_go_on_by_the_next_backend_and_does_not_is_late()
    {
        await using var failing = Origin(Resets);
        await using var other = Origin(static async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await exchange.UntilClosedAsync();
        });
        await using var proxy = await TestProxy.StartAsync(WithBodyGap(With(Repeats)), failing, other);

        Assert.Equal(408, (await proxy.AskAsync(Put)).Status);
        Assert.Equal(Outcome.ClientBodyTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task One_that_was_told_to_go_on_is_late_also_when_the_response_has_begun()
    {
        await using var origin = Origin(static async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh");
            await exchange.UntilClosedAsync();
        });
        await using var proxy = await TestProxy.StartAsync(WithBodyGap(With(Repeats)), origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);

        Assert.Equal(Outcome.ClientBodyTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task One_that_leaves_while_the_retry_waits_ends_the_exchange()
    {
        await using var failing = Origin(Resets);
        await using var other = Origin(SaysContinue);
        await using var proxy = await TestProxy.StartAsync(With(Repeats with { BackOff = new BackOff(TimeSpan.FromDays(24), TimeSpan.FromDays(24)) }), failing, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);
        await Eventually.True(() => failing.OpenConnections == 0 && failing.Requests.Count == 1, "the first attempt to fail");
        client.Reset();

        Assert.Equal(Outcome.ClientGone, (await proxy.EndedAsync(1))[0].Outcome);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task One_that_was_told_to_go_on_before_all_failed_is_answered_and_may_send_another_request()
    {
        await using var failing = Origin(SaysContinueAndResets);
        await using var proxy = await TestProxy.StartAsync(With(Repeats), failing);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Put);
        Assert.Equal("HTTP/1.1 100 Continue", (await client.HeadAsync()).FirstLine);
        Assert.Equal(502, (await client.ResponseAsync()).Status);
        failing.Answer = TakesTheBodyUnasked;
        await client.SendAsync("body");

        Assert.Equal("more", (await client.AskAsync(Put + "more")).Text);
    }

    [Fact]
    public async Task Over_TLS_the_next_backend_gets_the_body_as_well()
    {
        using var certificates = new TestCertificates();
        await using var failing = Origin(Resets);
        await using var other = Origin(SaysContinue);
        await using var proxy = await TestProxy.StartAsync(settings => WithTls(With(Repeats)(settings), certificates.Server("a.test")), failing, other);
        await using var client = await TestClient.ConnectTlsAsync(proxy.Port, "a.test", certificates);

        await client.SendAsync(Put);
        Assert.Equal("HTTP/1.1 100 Continue", (await client.HeadAsync()).FirstLine);
        await client.SendAsync("body");

        Assert.Equal("body", (await client.ResponseAsync()).Text);
    }

    private static TestOrigin Origin(OriginAnswer answer)
    {
        var origin = TestOrigin.Start(answer);
        origin.ReadsBodies = false;
        return origin;
    }

    private static Func<ProxySettings, ProxySettings> With(RetrySettings retry) => settings => settings.WithUpstream(upstream => upstream with { Retry = retry });

    private static ProxySettings WithTls(ProxySettings settings, IssuedCertificate certificate) => settings with
    {
        Listeners = settings.Listeners.Map(one => one with { Tls = Some(ListenerTls.Of(certificate.CertificateFile, certificate.KeyFile)) }).Strict(),
    };

    private static Func<ProxySettings, ProxySettings> WithBodyGap(Func<ProxySettings, ProxySettings> rest) =>
        settings => rest(settings) with { ClientTimeouts = settings.ClientTimeouts with { BodyGap = TimeSpan.FromMilliseconds(300) } };
}
