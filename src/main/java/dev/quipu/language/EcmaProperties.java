package dev.quipu.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What may stand between the braces of {@code \p}: the names of ECMA-262's tables 67 to 69, each as Unicode writes it. */
final class EcmaProperties {

  private static final String BINARY = """
      ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M Case_Ignorable
      CI Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased CWL
      Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT Changes_When_Uppercased CWU Dash
      Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia Emoji Emoji_Component EComp Emoji_Modifier EMod
      Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic ExtPict Extender Ext Grapheme_Base Gr_Base
      Grapheme_Extend Gr_Ext Hex_Digit Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue IDC ID_Start
      IDS Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math Noncharacter_Code_Point
      NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark Radical Regional_Indicator RI
      Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term Unified_Ideograph UIdeo Uppercase Upper
      Variation_Selector VS White_Space space XID_Continue XIDC XID_Start XIDS""";

  /** By their codes in ISO 15924. */
  private static final String SCRIPTS = """
      Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham
      Cher Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor Glag Gong Gonm Goth Gran
      Grek Gujr Gukh Guru Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana Kawi Khar Khmr Khoj
      Kits Knda Krai Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero
      Miao Mlym Modi Mong Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao Orkh Orya Osge Osma
      Ougr Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Qaac Qaai Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd
      Sind Sinh Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Tagb Takr Tale Talu Taml Tang Tavt Telu Tfng Tglg Thaa Thai
      Tibt Tirh Tnsa Todr Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb Zinh Zyyy""";

  static final Language NAMES = Language.texts(names());

  private EcmaProperties() {}

  private static List<String> names() {
    List<String> all = new ArrayList<>(List.of(BINARY.split("\\s+")));
    for (String category : UnicodeClasses.categoryNames()) {
      all.addAll(List.of(category, "General_Category=" + category, "gc=" + category));
    }
    for (String code : SCRIPTS.split("\\s+")) {
      for (String name : List.of(code, code.startsWith("Qaa") ? code : name(code))) {
        all.addAll(List.of("Script=" + name, "sc=" + name, "Script_Extensions=" + name, "scx=" + name));
      }
    }
    return all;
  }

  /** The long name: the JDK's in lower case, but for each word's first letter. */
  private static String name(String code) {
    if (code.equals("Sgnw")) {
      return "SignWriting";
    }
    StringBuilder name = new StringBuilder();
    for (String word : Character.UnicodeScript.forName(code).name().split("_")) {
      name.append(name.isEmpty() ? "" : "_").append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
