using System;
using System.Text;
using Fairlead.Balancing;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Balancing;

public sealed class StickyTokensTests
{
    private const string CaddysToken = "cdd96966817dd14a99f47ee17451464f29998da170814a16b483e4c1ff4c48cf";

    private static readonly StickySettings Plain = new("lb", "secret", StickyFailure.Redistribute, None, None, Secure: false, HttpOnly: false, None, None);

    [Fact]
    public void The_secret_is_not_printed()
    {
        var settings = new StickySettings("app", "hush", StickyFailure.Refuse, "/", None, Secure: true, HttpOnly: false, None, None);
        Assert.Equal(
            "StickySettings { CookieName = app, Secret = ***, WhenGone = Refuse, Path = Some(/), Domain = None, Secure = True, HttpOnly = False, SameSite = None, MaxAge = None }", settings.ToString());
        Assert.DoesNotContain("hush", (SelectionSettings.Default with { Sticky = settings }).ToString());
        Assert.NotEqual(settings, settings with { Secret = "other" });
    }

    [Fact]
    public void A_token_is_that_of_Caddy() =>
        Assert.Equal(CaddysToken, StickyTokens.TokenOf("secret", Members.Of("10.1.0.10:8080")[0].Address));

    [Fact]
    public void Every_candidate_is_found_by_its_token()
    {
        var candidates = Members.Of("10.0.0.1:80", "[::1]:80", "a.example:80", "unix:/run/a.sock");
        var tokens = StickyTokens.Of(Plain, candidates);
        for (var i = 0; i < candidates.Length; i++)
            Assert.Equal(i, tokens.IndexOf(Encoding.ASCII.GetBytes(StickyTokens.TokenOf("secret", candidates[i].Address))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cdd96966817dd14a99f47ee17451464f29998da170814a16b483e4c1ff4c48c")]
    [InlineData("cdd96966817dd14a99f47ee17451464f29998da170814a16b483e4c1ff4c48cf0")]
    [InlineData("cdd96966817dd14a99f47ee17451464f29998da170814a16b483e4c1ff4c48ce")]
    [InlineData("cdd96966817dd14a99f47ee17451464f29998da170814a16b483e4c1ff4c48c ")]
    [InlineData("gdd96966817dd14a99f47ee17451464f29998da170814a16b483e4c1ff4c48cf")]
    public void Anything_else_names_nobody(string token) =>
        Assert.Equal(Picker.None, StickyTokens.Of(Plain, Members.Of("10.1.0.10:8080")).IndexOf(Encoding.ASCII.GetBytes(token)));

    [Fact]
    public void Another_secret_gives_other_tokens() =>
        Assert.Equal(Picker.None, StickyTokens.Of(Plain with { Secret = "other" }, Members.Of("10.1.0.10:8080")).IndexOf(Encoding.ASCII.GetBytes(CaddysToken)));

    [Fact]
    public void Of_equal_addresses_the_first_is_meant() =>
        Assert.Equal(0, StickyTokens.Of(Plain, Members.Of("10.1.0.10:8080", "10.1.0.10:8080")).IndexOf(Encoding.ASCII.GetBytes(CaddysToken)));

    [Fact]
    public void The_cookie_has_the_attributes_that_are_set()
    {
        Assert.Equal("lb=" + CaddysToken, SetCookie(Plain));
        Assert.Equal(
            "lb=" + CaddysToken + "; Path=/app; Domain=example.com; Max-Age=90; Secure; HttpOnly; SameSite=None",
            SetCookie(Plain with { Path = "/app", Domain = "example.com", MaxAge = TimeSpan.FromSeconds(90.9), Secure = true, HttpOnly = true, SameSite = SameSite.None }));
    }

    [Theory]
    [InlineData(SameSite.Lax, "Lax")]
    [InlineData(SameSite.Strict, "Strict")]
    [InlineData(SameSite.None, "None")]
    public void SameSite_is_written_by_its_name(SameSite site, string name) =>
        Assert.Equal("lb=" + CaddysToken + "; SameSite=" + name, SetCookie(Plain with { SameSite = site }));

    [Fact]
    public void A_negative_age_is_none_at_all() =>
        Assert.EndsWith("; Max-Age=0", SetCookie(Plain with { MaxAge = TimeSpan.FromSeconds(-5) }), StringComparison.Ordinal);

    [Fact]
    public void Settings_cannot_break_out_of_their_attribute_or_the_field() =>
        Assert.Equal(
            "lb=" + CaddysToken + "; Path=/a Domain=evilX: y",
            SetCookie(Plain with { CookieName = "l=b", Path = "/a; Domain=evil\r\nX: y\0\u00e9" }));

    [Fact]
    public void Nobody_has_no_cookie()
    {
        var tokens = StickyTokens.Of(Plain, default);
        Assert.True(tokens.SetCookieOf(0).IsEmpty && tokens.SetCookieOf(Picker.None).IsEmpty);
    }

    private static string SetCookie(StickySettings settings) =>
        Encoding.UTF8.GetString(StickyTokens.Of(settings, Members.Of("10.1.0.10:8080")).SetCookieOf(0));
}
